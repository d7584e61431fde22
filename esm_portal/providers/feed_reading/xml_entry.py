"""One entry of an RSS or Atom feed, as feedparser took it apart, becomes a post. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from esm_portal.exceptions import InvalidPost
from esm_portal.providers.feed_reading import fields
from esm_portal.providers.feed_reading.fields import web_address
from esm_portal.types import AttachmentData, AuthorData, BodyFormat, PostData

Fields = Mapping[str, Any]
_MARKUP = frozenset({"text/html", "application/xhtml+xml"})
#: "anna@corp.example (Anna)", "Anna (anna@corp.example)", "Anna <anna@corp.example>".
_NAME_AND_EMAIL = re.compile(r"\s*([^()<>]*[^()<>\s])\s*[(<]([^()<>]*)[)>]\s*")
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+")
_NONE: Fields = {}


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """What an entry needs to know of its feed."""

    #: Where the feed came from.
    url: str
    #: What links of entries are relative to.
    base: str
    language: str
    is_atom: bool
    author: AuthorData | None


class XMLEntry:
    """One <item> or <entry>."""

    def __init__(self, raw: Fields, context: Context) -> None:
        self.raw = raw
        self.context = context

    @cached_property
    def guid(self) -> str:
        raw = self.raw
        return (
            fields.identifier(text_of(raw, "id") or text_of(raw, "link"))
            or f"hash:{fields.digest(self._words())}"
        )

    @property
    def fingerprint(self) -> str:
        return fields.digest(text_of(self.raw, "link") or self._words(), 12)

    def _words(self) -> str:
        body, _kind, _base = self._body()
        return f"{text_of(self.raw, 'title')}\n{body}"

    def post(self, external_id: str) -> PostData:
        """The entry as a post. Raises InvalidPost when it says nothing at all."""
        raw, context = self.raw, self.context
        url = self._url()
        body, kind, base = self._body()
        if base and kind is BodyFormat.HTML and (base := fields.join(context.url, base)) != url:
            body = fields.resolve_references(body, base)
        title = words_of(raw, "title", fields.MAX_TITLE)
        attachments = fields.unique(self._attachments())
        if not (title or body or attachments):
            raise InvalidPost(_("The entry has neither a title nor a text."))
        published, edited = fields.dates(
            _moment(raw.get("published_parsed") or raw.get("created_parsed")),
            _moment(raw.get("updated_parsed")),
        )
        return PostData(
            external_id=external_id,
            published_at=published,
            edited_at=edited,
            body=body,
            body_format=kind,
            title=title,
            url=url,
            author=author_of(raw, context.base, is_atom=context.is_atom) or context.author,
            language=self._language(),
            attachments=attachments,
            topics=fields.topics(
                tag.get("label") or tag.get("term") or "" for tag in raw.get("tags", ()) if tag
            ),
        )

    def _url(self) -> str:
        """The page of the entry. feedparser falls back to the id, which may be no address at all."""
        raw, link = self.raw, text_of(self.raw, "link")
        if link and (link != raw.get("id") or link.startswith(("/", "http://", "https://"))):
            return web_address(self.context.base, link)
        pages = (text_of(other, "href") for other in raw.get("links", ()) if other.get("rel") == "alternate")
        return next((url for page in pages if (url := web_address(self.context.base, page))), "")

    def _body(self) -> tuple[str, BodyFormat, str]:
        """(text, format, xml:base or ""): the content, else the summary.

        In RSS the longest of both: feedparser hands over the caption of a picture as content too.
        """
        summary = text_of(self.raw, "summary")
        detail = self.raw.get("summary_detail", _NONE)
        found = [(part["value"], part) for part in self.raw.get("content", ()) if _is_text(part)]
        text, part = found[0] if found else (summary, detail)
        if not self.context.is_atom:
            text, part = max([*found, (summary, detail)], key=lambda candidate: len(candidate[0]))
        is_html = part.get("type", "text/html") in _MARKUP
        return text, BodyFormat.HTML if is_html else BodyFormat.TEXT, part.get("base") or ""

    def _language(self) -> str:
        raw = self.raw
        parts = (*raw.get("content", ()), raw.get("summary_detail", _NONE), raw.get("title_detail", _NONE))
        inherited = (part.get("language") for part in parts)
        return fields.language(raw.get("language"), *inherited, self.context.language)

    def _attachments(self) -> Iterator[AttachmentData | None]:
        raw = self.raw
        for link in raw.get("links", ()):
            if link.get("rel") == "enclosure":
                yield self._file(link, "href", size=link.get("length"))
        for part in raw.get("content", ()):
            if part.get("src"):
                base = fields.join(self.context.url, part.get("base") or "")
                yield fields.attachment(web_address(base, part["src"]), mime_type=part.get("type") or "")
        has_picture = False
        for media in raw.get("media_content", ()):
            has_picture = has_picture or media.get("medium") == "image"
            yield self._file(media, "url", size=media.get("filesize"))
        if not has_picture:
            # Thumbnails stand for the pictures above, in other sizes: one is enough.
            yield from (
                self._file(media, "url", medium="image") for media in raw.get("media_thumbnail", ())[:1]
            )
        image = raw.get("image")
        if isinstance(image, Mapping):
            yield self._file(image, "href", medium="image")

    def _file(
        self, link: Fields, key: str, *, size: object = None, medium: str = ""
    ) -> AttachmentData | None:
        return fields.attachment(
            web_address(self.context.base, text_of(link, key)),
            mime_type=link.get("type") or "",
            name=link.get("title") or "",
            size=size,
            medium=medium or link.get("medium") or "",
        )


def _is_text(part: Fields) -> bool:
    return bool(part.get("value")) and (
        part.get("type", "").startswith("text/") or part.get("type") in _MARKUP
    )


def text_of(raw: Fields, key: str) -> str:
    """A text field; feedparser puts mappings where it meets elements it does not know."""
    value = raw.get(key)
    return value if isinstance(value, str) else ""


def words_of(raw: Fields, key: str, length: int) -> str:
    """A text field as plain text: without markup when feedparser says that it holds some."""
    detail = raw.get(f"{key}_detail", _NONE)
    return fields.plain(text_of(raw, key), length, is_markup=detail.get("type") in _MARKUP)


def author_of(raw: Fields, base: str, *, is_atom: bool) -> AuthorData | None:
    """The first author. RSS has only one text for name and e-mail address, in any order.

    feedparser takes it apart too, but cuts addresses after four letters of ".example" or ".company".
    """
    if not is_atom:
        whole = text_of(raw, "author")
        match = _NAME_AND_EMAIL.fullmatch(whole)
        parts = match.groups() if match else (whole,)
        email = next((part for part in parts if _EMAIL.fullmatch(part)), "")
        name = next((part for part in parts if part != email), "") if email else whole
        return fields.author(name, email, "")
    for person in raw.get("authors", ()):
        url = web_address(base, person.get("href") or "")
        if found := fields.author(person.get("name") or "", person.get("email") or "", url):
            return found
    return None


def _moment(parsed: Any) -> datetime | None:
    """A time tuple in UTC as an aware datetime; None when the date was missing or malformed."""
    if not parsed:
        return None
    year, month, day, hour, minute, second = parsed[:6]
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:  # the year 10000, by way of a time zone
        return None
