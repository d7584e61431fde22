"""From what went wrong on the wire to a ProviderError in plain words, without secrets."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import unquote_plus

from django.utils.translation import gettext as _
from urllib3.exceptions import DecodeError

from esm_portal.exceptions import (
    AuthenticationFailed,
    ChannelUnavailable,
    PayloadError,
    PermissionDenied,
    ProviderError,
    RateLimited,
    ServiceUnavailable,
)

HIDDEN = "***"
_REQUEST_IDS = ("x-request-id", "request-id", "x-ms-request-id", "x-correlation-id", "x-fb-trace-id")

_SENSITIVE = r"token|secret|passw|pwd|signature|credential|api[-_]?key|access[-_]?key|assertion|session"
_SECRET_NAME = re.compile(rf"{_SENSITIVE}|^(?:key|sig|code|code_verifier|pass|jwt|auth|sid)$", re.IGNORECASE)
_USERINFO = re.compile(r"(?<=://)[^/?#\s]*@")
_PARAMETER = re.compile(r"(?<=[?&;#])([^=&;#\s]+)=([^&;#\s\"'<>]*)")
_SPOKEN = re.compile(rf"(?i)([\w-]*(?:{_SENSITIVE})[\w-]*[\"']?\s*[=:]\s*[\"']?)[^\s&;,\"'<>)]+")
_AUTHORIZATION = re.compile(r"(?i)(authorization[\"']?\s*[=:]\s*[\"']?)[^\r\n\"']+")
_BEARER = re.compile(r"(?i)\b(bearer|basic|oauth)(\s+)[\w.~+/=-]{6,}")
_JWT = re.compile(r"\beyJ[\w-]{5,}\.[\w-]+\.[\w-]*")


def redact(text: str) -> str:
    """``text`` (an address, or a sentence with addresses in it) with every secret replaced by ``***``."""
    text = _USERINFO.sub(f"{HIDDEN}@", text)
    text = _PARAMETER.sub(_hide_parameter, text)
    text = _AUTHORIZATION.sub(rf"\1{HIDDEN}", text)
    text = _SPOKEN.sub(rf"\1{HIDDEN}", text)
    text = _BEARER.sub(rf"\1\2{HIDDEN}", text)
    return _JWT.sub(HIDDEN, text)


def _hide_parameter(match: re.Match[str]) -> str:
    name, value = match.groups()
    plain = unquote_plus(value)
    # A value may be an address of its own, with its own secrets.
    hidden = _SECRET_NAME.search(unquote_plus(name)) or (plain != value and redact(plain) != plain)
    return f"{name}={HIDDEN}" if hidden else match.group()


def retry_after(headers: Mapping[str, str], *, now: datetime, cap: timedelta) -> timedelta | None:
    """The pause a service asks for (seconds or an HTTP date), at most ``cap``; None when it does not say."""
    value = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,9}", value):
        return min(timedelta(seconds=int(value)), cap)
    if value.isdecimal():
        return cap
    try:
        until = parsedate_to_datetime(value)
        wish = (until if until.tzinfo else until.replace(tzinfo=UTC)) - now
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(wish, timedelta(0)), cap)


def request_id(headers: Mapping[str, str]) -> str:
    """The service's own id for the request, or ""; at most 100 harmless characters."""
    found = next((headers[name] for name in _REQUEST_IDS if headers.get(name)), "")
    return re.sub(r"[^\w.:/+=-]", "", found)[:100]


def status_error(
    status: int, *, url: str, host: str, headers: Mapping[str, str], wish: timedelta | None
) -> ProviderError | None:
    """What an answer's status means; None for 2xx and 304. ``wish`` is its :func:`retry_after`."""
    if 200 <= status < 300 or status == 304:
        return None
    words = {"url": redact(url), "host": host}
    ident = request_id(headers)
    if status == 429:
        text = _("“%(host)s” asks for fewer requests. The next attempt waits for it.") % words
        return RateLimited(text, retry_after=wish, status_code=status, request_id=ident)
    if status in (408, 425) or status >= 500:
        text = _("“%(host)s” has a problem of its own. Another attempt follows by itself.") % words
        return ServiceUnavailable(text, retry_after=wish, status_code=status, request_id=ident)
    kind, text = _final(status)
    return kind(text % words, status_code=status, request_id=ident)


def _final(status: int) -> tuple[type[ProviderError], str]:
    """The class and the sentence for a status that another attempt does not change."""
    match status:
        case 401:
            return AuthenticationFailed, _(
                "“%(host)s” does not accept the sign-in details of this account. Please enter them again."
            )
        case 403:
            return PermissionDenied, _(
                "“%(host)s” does not let this account read %(url)s. Please ask its owner for access."
            )
        case 404:
            return ChannelUnavailable, _("There is nothing at %(url)s, or this account may not see it.")
        case 410:
            return ChannelUnavailable, _("%(url)s is gone for good, says “%(host)s”.")
    return PayloadError, _("“%(host)s” did not accept the request for %(url)s.")


def network_error(error: BaseException, *, host: str) -> ProviderError:
    """What a failed connection or a broken answer means for the person who reads about it."""
    words = {"host": host}
    causes = tuple(_causes(error))
    for kind, text in (
        (DecodeError, _("“%(host)s” sent a compressed answer that cannot be unpacked.")),
        (socket.gaierror, _("The host “%(host)s” cannot be found. Please check the address.")),
        (
            ssl.SSLCertVerificationError,
            _(
                "The certificate of “%(host)s” cannot be verified, so nothing was read. It may have "
                "expired, be for another name, or come from an authority this server does not know."
            ),
        ),
        (ssl.SSLError, _("No secure connection to “%(host)s” can be made.")),
        (TimeoutError, _("“%(host)s” did not answer in time.")),
        (ConnectionRefusedError, _("“%(host)s” refuses connections; it may be switched off.")),
    ):
        if any(isinstance(cause, kind) for cause in causes):
            return PayloadError(text % words) if kind is DecodeError else ServiceUnavailable(text % words)
    return ServiceUnavailable(_("The connection to “%(host)s” failed or broke off.") % words)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """``error`` and what it wraps, however requests and urllib3 keep it."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        current = waiting.pop()
        if isinstance(current, BaseException) and id(current) not in seen:
            seen.add(id(current))
            yield current
            waiting += [
                *current.args,
                current.__cause__,
                current.__context__,
                getattr(current, "reason", None),
            ]
