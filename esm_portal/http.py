"""The HTTP gate: every request to a service goes through :class:`HTTPClient`, and only GET.

Around ``requests``: a limit for the time to connect, to read and for the whole call; a limit for the
body, counted after decompression; redirects followed one checked hop at a time (net.py); a request
budget and pauses per account; and nothing but ProviderError leaves (http_errors.py). Proxies and
.netrc of the environment are not used: a proxy would connect where no address can be checked.
Certificates are verified against the system's authorities (SSL_CERT_FILE counts) and those of certifi.

``requests-hardened`` is not used: it refuses every private address, also one that an administrator
configured, and has no limits for the whole call, the body and redirects.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from types import TracebackType
from typing import Any
from urllib.parse import urljoin

import requests
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from requests.auth import HTTPBasicAuth
from urllib3.exceptions import HTTPError

from esm_portal.conf import get_settings
from esm_portal.connections import Guard, Session, Watchdog
from esm_portal.exceptions import AuthenticationFailed, PayloadError, ProviderError, ServiceUnavailable
from esm_portal.http_errors import network_error, redact, retry_after, status_error
from esm_portal.net import Address, Reach, read_address
from esm_portal.throttle import Throttle

__all__ = ["HTTPClient", "HTTPResponse", "redact"]

logger = logging.getLogger("esm_portal.http")

MAX_REDIRECTS = 5
_CHUNK = 65536
_REDIRECTS = (301, 302, 303, 307, 308)
#: What another host may learn from our headers; every other one may carry a secret.
_HARMLESS = frozenset({"accept", "accept-language", "if-modified-since", "if-none-match"})


@dataclass(frozen=True, kw_only=True, slots=True)
class HTTPResponse:
    """A whole answer, read within all limits."""

    status: int
    #: Address that answered, after redirects.
    url: str
    #: Where the first address permanently moved to (only 301/308 from the start), or "". No administrator
    #: entered it: ask for it with ``named_by`` the first address.
    moved_to: str
    #: Header names in lower case.
    headers: Mapping[str, str]
    content: bytes


class HTTPClient:
    """One account's way to the network; for one thread, and closed by ``with`` or :meth:`close`.

    ``headers`` and ``auth`` (user name, password) go to the host that was asked, never to another one.
    """

    def __init__(
        self,
        *,
        account_key: str,
        provider: str = "",
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
    ) -> None:
        #: Requests sent so far, redirects included.
        self.request_count = 0
        self._provider = provider
        self._headers = dict(headers or {})
        self._auth = auth
        self._throttle = Throttle(account_key)
        self._sessions: dict[Reach, Session] = {}

    def __enter__(self) -> HTTPClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections; the client may be used again."""
        for session in self._sessions.values():
            session.close()
        self._sessions.clear()

    def get(self, url: str, *, headers: Mapping[str, str] | None = None, named_by: str = "") -> HTTPResponse:
        """The whole answer of ``url``, status 2xx or 304. Raises ProviderError and nothing else.

        ``url`` counts as configured by an administrator. When a service's answer named it (a link to
        the next page, a remembered move), give the configured address as ``named_by``: another host is
        then treated as after a redirect, public only and without ``headers`` and ``auth``.
        """
        try:
            with Watchdog(get_settings().HTTP_TOTAL_TIMEOUT) as watchdog:
                first = read_address(url)
                home = read_address(named_by) if named_by else first
                return self._follow(first, home, {**self._headers, **(headers or {})}, watchdog)
        except ProviderError as error:
            error.provider = error.provider or self._provider
            raise

    def get_json(self, url: str, *, headers: Mapping[str, str] | None = None, named_by: str = "") -> Any:
        """The JSON value at ``url``. Raises ProviderError, PayloadError when the answer is not JSON."""
        response = self.get(url, headers={"Accept": "application/json", **(headers or {})}, named_by=named_by)
        try:
            return json.loads(response.content, parse_constant=_no_number)
        except (ValueError, RecursionError):
            raise PayloadError(
                _("%(url)s did not send JSON data. It may ask people to sign in on a web page first.")
                % {"url": redact(response.url)},
                provider=self._provider,
                status_code=response.status,
            ) from None

    def _follow(
        self, address: Address, home: Address, headers: Mapping[str, str], watchdog: Watchdog
    ) -> HTTPResponse:
        credentials = self._auth or home.userinfo
        # An address with a password in it is kept as it was entered: what it moves to has none.
        moved_to, permanent, known = "", home.userinfo is None, address.stays_at(home)
        seen: set[str] = set()
        while address.url not in seen and len(seen) <= MAX_REDIRECTS:
            seen.add(address.url)
            known = known and address.stays_at(home)
            sent = headers if known else {k: v for k, v in headers.items() if k.lower() in _HARMLESS}
            reach = Reach.CONFIGURED if address.stays_at(home) else Reach.PUBLIC
            with self._ask(address, reach, sent, credentials if known else None, watchdog) as answer:
                target = _redirect_target(answer, address)
                if target is None:
                    return self._receive(answer, address, moved_to, watchdog)
            permanent = permanent and answer.status_code in (301, 308)
            moved_to = target.url if permanent else moved_to
            address = target
        raise PayloadError(
            _("“%(host)s” sends every request on to another address, without end.") % {"host": home.host}
        )

    @contextmanager
    def _ask(
        self,
        address: Address,
        reach: Reach,
        headers: Mapping[str, str],
        credentials: tuple[str, str] | None,
        watchdog: Watchdog,
    ) -> Iterator[requests.Response]:
        """One request; what goes wrong until the end of the block becomes a ProviderError."""
        limits = get_settings()
        session = self._session(reach)
        session.guard.watchdog = watchdog
        self._throttle.admit(address.host)
        self.request_count += 1
        started = time.monotonic()
        try:
            answer = session.get(
                address.url,
                headers=headers,
                auth=HTTPBasicAuth(*(part.encode() for part in credentials)) if credentials else None,
                timeout=(limits.HTTP_CONNECT_TIMEOUT, limits.HTTP_READ_TIMEOUT),
                stream=True,
                allow_redirects=False,
            )
            seconds = time.monotonic() - started
            logger.debug("GET %s: %d after %.2f s", redact(address.url), answer.status_code, seconds)
            with answer:
                yield answer
        except (requests.exceptions.InvalidHeader, UnicodeError):
            raise AuthenticationFailed(
                _(
                    "The sign-in details of this account hold a character that cannot be sent, "
                    "such as a line break. Please enter them again."
                )
            ) from None
        except (requests.RequestException, HTTPError, HTTPException, OSError) as error:
            # "from None", and no text of the error: requests puts whole addresses into its messages.
            logger.info("GET %s failed: %s", redact(address.url), type(error).__name__)
            raise (
                _too_slow(address) if watchdog.expired else network_error(error, host=address.host)
            ) from None

    def _session(self, reach: Reach) -> Session:
        if reach not in self._sessions:
            self._sessions[reach] = Session(Guard(reach))
        return self._sessions[reach]

    def _receive(
        self, answer: requests.Response, address: Address, moved_to: str, watchdog: Watchdog
    ) -> HTTPResponse:
        headers = {name.lower(): value for name, value in answer.headers.items()}
        status, cap = answer.status_code, timedelta(seconds=get_settings().SYNC_INTERVAL_CAP)
        wish = retry_after(headers, now=datetime.fromtimestamp(time.time(), UTC), cap=cap)
        if status in (429, 503) and wish:
            self._throttle.pause(address.host, wish)
        failure = status_error(status, url=address.url, host=address.host, headers=headers, wish=wish)
        if failure:
            raise failure
        content = _body(answer, address)
        if watchdog.expired:  # a body without a length ends where the watchdog cut it
            raise _too_slow(address)
        return HTTPResponse(
            status=status, url=address.url, moved_to=moved_to, headers=headers, content=content
        )


def _redirect_target(answer: requests.Response, address: Address) -> Address | None:
    """Where the answer sends us, or None. Raises UnsafeAddress when it is no web address."""
    location = answer.headers.get("Location", "")
    if answer.status_code not in _REDIRECTS or not location:
        return None
    try:
        # Header bytes arrive as Latin-1; addresses that are not ASCII are UTF-8 nearly always.
        target = urljoin(address.url, location.encode("latin-1").decode("utf-8", "replace"))
    except ValueError:
        target = ""
    return read_address(target)


def _body(answer: requests.Response, address: Address) -> bytes:
    """The body after decompression. Raises PayloadError as soon as it is larger than allowed."""
    limit = get_settings().HTTP_MAX_BYTES
    body = bytearray()
    while chunk := answer.raw.read1(_CHUNK, decode_content=True):
        body += chunk
        if len(body) > limit:
            raise PayloadError(
                _("The answer of “%(host)s” is larger than %(limit)s, so it was not read to the end.")
                % {"host": address.host, "limit": filesizeformat(limit)}
            )
    return bytes(body)


def _too_slow(address: Address) -> ServiceUnavailable:
    return ServiceUnavailable(
        _("“%(host)s” sends its answer too slowly; it was given up.") % {"host": address.host}
    )


def _no_number(constant: str) -> float:
    raise ValueError(f"{constant} is not JSON.")
