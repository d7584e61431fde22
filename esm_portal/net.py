"""Where a request may go: the address policy.

A host that an administrator configured may be on a private network, since this is an intranet; a
host that somebody else's answer named must be public. Loopback, link-local, cloud-metadata and
other special addresses are refused in both cases. ``ESM_PORTAL["TRUSTED_HOSTS"]`` lifts all of it
for a host. :func:`resolve` checks every address of a name, and connections.py opens the connection
to one of exactly those addresses, so that a second DNS answer cannot lead elsewhere.
"""

from __future__ import annotations

import logging
import socket
from dataclasses import dataclass
from enum import Enum
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any
from urllib.parse import unquote

from django.utils.translation import gettext as _
from requests import PreparedRequest, RequestException
from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from esm_portal.conf import get_settings
from esm_portal.exceptions import UnsafeAddress

logger = logging.getLogger("esm_portal.http")

_DEFAULT_PORTS = {"http": 80, "https": 443}
#: Amazon, Google, Azure, Alibaba, Oracle and container credentials; those in link-local ranges too,
#: so that the message names what they are.
_METADATA = frozenset(
    map(
        ip_address,
        (
            "169.254.169.254",
            "169.254.170.2",
            "100.100.100.200",
            "168.63.129.16",
            "192.0.0.192",
            "fd00:ec2::254",
            "fd20:ce::254",
        ),
    )
)
_METADATA_HOSTS = frozenset(
    {"metadata", "metadata.google.internal", "metadata.goog", "instance-data", "instance-data.ec2.internal"}
)
_THIS_NETWORK = ip_network("0.0.0.0/8")
_NAT64 = ip_network("64:ff9b::/96")
#: Not public, but not said so by ``ipaddress`` in every supported Python.
_NOT_PUBLIC = tuple(map(ip_network, ("192.88.99.0/24", "192.0.0.0/24", "3fff::/20", "fec0::/10")))


class Reach(Enum):
    """How far a connection may reach."""

    #: An administrator configured the host: private networks are fine.
    CONFIGURED = "configured"
    #: Somebody else's answer named the host: public addresses only.
    PUBLIC = "public"


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """A web address taken apart, in the one spelling in which it is requested."""

    #: Without user name, password and fragment.
    url: str
    scheme: str
    #: Lower case, IDNA-encoded, without brackets and trailing dot.
    host: str
    port: int
    #: User name and password that stood in the address, or None.
    userinfo: tuple[str, str] | None

    def stays_at(self, home: Address) -> bool:
        """Whether this is the same place as ``home``: same scheme, host and port, or its move to https."""
        here, there = (self.scheme, self.host, self.port), (home.scheme, home.host, home.port)
        return here == there or (here == ("https", home.host, 443) and there == ("http", home.host, 80))


def read_address(url: str) -> Address:
    """``url`` taken apart. Raises UnsafeAddress when it is not a complete http or https address."""
    prepared = PreparedRequest()
    try:
        prepared.prepare_url(url, None)
        parts = parse_url(prepared.url or "")
    except (RequestException, LocationParseError, ValueError):
        parts = None
    if parts is None or parts.scheme not in _DEFAULT_PORTS or not parts.host:
        raise UnsafeAddress(
            _(
                "An address is not complete or not a web address. "
                "It must begin with http:// or https:// and name a host."
            )
        )
    user, colon, password = (parts.auth or "").partition(":")
    return Address(
        url=parts._replace(auth=None, fragment=None).url,
        scheme=parts.scheme,
        host=_plain_host(parts.host),
        port=parts.port if parts.port is not None else _DEFAULT_PORTS[parts.scheme],
        userinfo=(unquote(user), unquote(password)) if user or colon else None,
    )


def _plain_host(host: str) -> str:
    host = host.strip("[]").rstrip(".").lower()
    try:
        return ip_address(host).compressed
    except ValueError:
        return host


def is_trusted(host: str, port: int) -> bool:
    """Whether ``ESM_PORTAL["TRUSTED_HOSTS"]`` lists the host, or the host with this port."""
    host = _plain_host(host)
    for entry in get_settings().TRUSTED_HOSTS:
        bracketed = f"[{entry}]" if entry.count(":") > 1 and "[" not in entry else entry
        try:
            trusted = parse_url(f"//{bracketed}")
        except LocationParseError:
            continue
        if trusted.host and _plain_host(trusted.host) == host and trusted.port in (None, port):
            return True
    return False


def _meant(ip: IPv4Address | IPv6Address) -> tuple[IPv4Address | IPv6Address, ...]:
    """The addresses ``ip`` stands for: IPv6 has several ways to carry an IPv4 address."""
    if isinstance(ip, IPv4Address):
        return (ip,)
    if ip in _NAT64:
        return (IPv4Address(int(ip) & 0xFFFFFFFF),)
    if ip.teredo:
        return ip.teredo
    carried = ip.ipv4_mapped or ip.sixtofour
    return (carried,) if carried else (ip,)


def refusal(address: str, reach: Reach) -> str:
    """Why a connection to an IP address is refused, as the end of a sentence; "" when it is not."""
    for ip in _meant(ip_address(address)):
        if ip in _METADATA:
            return _("where a cloud provider hands out credentials")
        if ip.is_loopback or ip in _THIS_NETWORK or ip.is_unspecified:
            return _("of this server itself")
        if ip.is_link_local or ip.is_multicast or ip.is_reserved:
            return _("that no website has")
        if reach is Reach.PUBLIC and (not ip.is_global or any(ip in network for network in _NOT_PUBLIC)):
            return _("on a private network, and no administrator entered it")
    return ""


def resolve(host: str, port: int, reach: Reach) -> list[tuple[int, Any]]:
    """The (family, socket address) pairs of a host, all of them checked.

    Raises UnsafeAddress when one of them is refused, and socket.gaierror when there is none.
    """
    try:
        found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    except UnicodeError:  # a label that is empty or longer than 63 characters
        raise socket.gaierror(socket.EAI_NONAME, "not a host name") from None
    if not is_trusted(host, port):
        why = _("of a cloud provider's own services") if _plain_host(host) in _METADATA_HOSTS else ""
        for *_rest, address in found:
            why = why or refusal(str(address[0]), reach)
        if why:
            logger.warning("Refused to connect to %s port %d (%s reach).", host, port, reach.value)
            raise UnsafeAddress(_refused(host, why))
    return [(family, address) for family, *_rest, address in found]


def _refused(host: str, why: str) -> str:
    return _(
        "“%(host)s” leads to an address %(why)s, so it is not read. If it is the right place, "
        'IT can list the host in ESM_PORTAL["TRUSTED_HOSTS"].'
    ) % {"host": host.rstrip("."), "why": why}
