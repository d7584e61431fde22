"""What entries of every feed format have in common: addresses, plain text, attachments, topics. Pure."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Iterable
from datetime import datetime
from mimetypes import MimeTypes
from typing import Protocol
from urllib.parse import unquote, urljoin, urlsplit

from esm_portal.types import AttachmentData, AttachmentKind, AuthorData, PostData

MAX_TITLE = 500
MAX_URL = 2000
#: An index of the database holds no longer keys; leaves room for "#fingerprint".
MAX_ID_BYTES = 980
MAX_NAME = 200
MAX_TOPICS = 20
MAX_TOPIC = 100
MAX_ATTACHMENTS = 50
#: More of a title than is ever shown, and little enough to search in.
_TITLE_SOURCE = 5000

#: Known types only, not those of the machine we run on.
_TYPES = MimeTypes()
_WEB = re.compile(r"https?://[^\s/?#]+\S*", re.IGNORECASE)
#: The usual ones, which need no closer look.
_PLAIN_WEB = re.compile(r"https?://[a-z0-9][a-z0-9.-]*(?::[0-9]{1,5})?(?:[/?#]\S*)?", re.IGNORECASE)
_TAG = re.compile(r"<!--.*?-->|</?([a-zA-Z]\w{0,15})\b[^<>]*>", re.DOTALL)
#: Tags that stand within a word or sentence; every other one separates words.
_INLINE = frozenset({"a", "abbr", "b", "bdi", "bdo", "code", "em", "font", "i", "mark", "small", "span"}) | {
    *("strong", "sub", "sup", "u", "wbr")
}
_REFERENCE = re.compile(
    r"(<[a-z][^<>]*?\s(?:href|src)\s*=\s*)(\"[^\"<>]*\"|'[^'<>]*'|[^\s\"'<>]+)", re.IGNORECASE
)


class Entry(Protocol):
    """One entry of a feed, before anybody decided under which id it is stored."""

    @property
    def guid(self) -> str:
        """Its id as the feed says; else its link, else a hash of its words."""

    @property
    def fingerprint(self) -> str:
        """Tells entries apart that share a guid: a short hash of the link, else of the words."""

    def post(self, external_id: str) -> PostData:
        """The entry as a post. Raises InvalidPost."""


def digest(text: str, length: int = 32) -> str:
    """The beginning of the SHA-256 of ``text``, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:length]


def identifier(text: str) -> str:
    """``text`` as an id that fits into the database: on one line, and a hash when it is very long."""
    ident = " ".join(text.split())
    if len(ident) * 4 <= MAX_ID_BYTES or len(ident.encode("utf-8", "surrogatepass")) <= MAX_ID_BYTES:
        return ident
    return f"sha256:{digest(ident, 64)}"


def web_address(base: str, reference: str) -> str:
    """``reference``, resolved against ``base``, when that is an http(s) address that fits; else ""."""
    reference = reference.strip()
    if not reference:
        return ""
    if _PLAIN_WEB.fullmatch(reference):
        return reference if len(reference) <= MAX_URL else ""
    try:
        url = reference if _WEB.match(reference) else urljoin(base, reference)
        url = url.replace(" ", "%20")
        return url if len(url) <= MAX_URL and _WEB.fullmatch(url) and urlsplit(url).hostname else ""
    except ValueError:  # brackets that are no IPv6 address
        return ""


def join(base: str, reference: str) -> str:
    """``reference`` resolved against ``base``; ``base`` when that is not possible."""
    try:
        return urljoin(base, reference)
    except ValueError:  # brackets that are no IPv6 address
        return base


def resolve_references(markup: str, base: str) -> str:
    """``markup`` with its relative links and images made absolute. No gate: html.clean() comes later."""

    def absolute(match: re.Match[str]) -> str:
        value = match[2].strip("\"'")
        if value.startswith("#") or re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", value):
            return match[0]
        return f'{match[1]}"{html.escape(join(base, html.unescape(value)))}"'

    return _REFERENCE.sub(absolute, markup)


def plain(text: str, length: int, *, is_markup: bool) -> str:
    """``text`` on one line, at most ``length`` characters; of markup the words, entities decoded once."""
    text = text[:_TITLE_SOURCE]
    if is_markup:
        text = html.unescape(_TAG.sub(lambda tag: "" if (tag[1] or "").lower() in _INLINE else " ", text))
    text = " ".join(text.split())
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"


def topics(names: Iterable[str]) -> tuple[str, ...]:
    """Each topic once, whatever its case; the first few when there are very many."""
    found: dict[str, str] = {}
    for name in names:
        topic = plain(name, MAX_TOPIC, is_markup=False)
        if topic:
            found.setdefault(topic.casefold(), topic)
    return tuple(found.values())[:MAX_TOPICS]


def author(name: str, email: str, url: str) -> AuthorData | None:
    """The author under an id that stays; None when nothing is known.

    The name is a part of the id: colleagues share the address of their department or of their blog.
    """
    name, email = plain(name, MAX_NAME, is_markup=False), " ".join(email.split())
    ident = f"{email.lower() or url} {name.casefold()}".strip()
    if not ident:
        return None
    return AuthorData(external_id=ident[:500], name=name or email or url, url=url, email=email)


def attachment(
    url: str, *, mime_type: str = "", name: str = "", size: object = None, medium: str = ""
) -> AttachmentData | None:
    """What stands at the absolute address ``url``; None when there is no address."""
    if not url:
        return None
    path = urlsplit(url).path
    guessed = _TYPES.guess_type(path)[0] or ""
    given = mime_type.partition(";")[0].strip().lower()
    mime = guessed if given in ("", "application/octet-stream", "binary/octet-stream") else given
    return AttachmentData(
        kind=_kind(medium.strip().lower(), mime),
        url=url,
        name=plain(name or unquote(path.rpartition("/")[2]), 300, is_markup=False),
        mime_type=(mime or given)[:100],
        size=_size(size),
    )


def unique(found: Iterable[AttachmentData | None]) -> tuple[AttachmentData, ...]:
    """Each address once, in order."""
    by_url: dict[str, AttachmentData] = {}
    for item in found:
        if item:
            by_url.setdefault(item.url, item)
    return tuple(by_url.values())[:MAX_ATTACHMENTS]


def dates(published: datetime | None, updated: datetime | None) -> tuple[datetime | None, datetime | None]:
    """(published, edited): a lone "updated" is when it was published, and an edit comes later than that."""
    if published is None:
        return updated, None
    return published, updated if updated and updated > published else None


def language(*tags: object) -> str:
    """The first language that is named, in the spelling of BCP 47; "" when none is."""
    return next((tag.strip().replace("_", "-") for tag in tags if isinstance(tag, str) and tag.strip()), "")


def _kind(medium: str, mime_type: str) -> AttachmentKind:
    if mime_type in ("text/html", "application/xhtml+xml"):
        return AttachmentKind.LINK
    major = mime_type.partition("/")[0]
    for word in (major, medium):
        if word in ("image", "audio", "video"):
            return AttachmentKind(word)
    return AttachmentKind.FILE


def _size(value: object) -> int | None:
    """A size in bytes, or None for what is none: feeds write "", 0, -1 and "unknown"."""
    if isinstance(value, str) and value.strip().isdecimal() and len(value) < 19:
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63 else None
