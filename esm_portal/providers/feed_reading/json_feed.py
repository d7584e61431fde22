"""JSON Feed 1.0 and 1.1 (https://jsonfeed.org/version/1.1). Pure: text in, document out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from esm_portal.exceptions import InvalidPost, PayloadError
from esm_portal.providers.feed_reading import fields
from esm_portal.providers.feed_reading.document import Document
from esm_portal.types import AttachmentData, AuthorData, BodyFormat, PostData, SkippedItem

Fields = Mapping[str, Any]
#: A feed that has ended is looked at once a day (seconds).
_EXPIRED_WISH = 86400


def parse_json(text: str, url: str) -> Document:
    """The feed in ``text`` that came from ``url``. Raises PayloadError when it is none."""
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError):
        raise PayloadError(_("The feed is not valid JSON; it may have been cut off.")) from None
    version = _text(feed, "version") if isinstance(feed, dict) else ""
    if "//jsonfeed.org/version/" not in version.lower() or not isinstance(feed.get("items", []), list):
        raise PayloadError(_("The address answered with JSON data that is not a JSON Feed."))
    home_url = fields.web_address(url, _text(feed, "home_page_url"))
    context = Context(
        base=home_url or url, language=_text(feed, "language"), author=_author(feed, home_url or url)
    )
    entries, skipped = [], []
    for item in feed.get("items", []):
        if isinstance(item, dict):
            entries.append(JSONEntry(item, context))
        else:
            skipped.append(SkippedItem(external_id="", reason=_("The entry is not a JSON object.")))
    return Document(
        title=fields.plain(_text(feed, "title"), fields.MAX_NAME, is_markup=False),
        home_url=home_url,
        description=fields.plain(_text(feed, "description"), fields.MAX_TITLE, is_markup=False),
        language=fields.language(context.language),
        entries=entries,
        skipped=tuple(skipped),
        next_url=fields.web_address(url, _text(feed, "next_url")),
        wish=_EXPIRED_WISH if feed.get("expired") is True else 0,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """What an item needs to know of its feed."""

    base: str
    language: str
    author: AuthorData | None


class JSONEntry:
    """One member of ``items``."""

    def __init__(self, raw: Fields, context: Context) -> None:
        self.raw = raw
        self.context = context

    @cached_property
    def guid(self) -> str:
        ident = self.raw.get("id")
        # "A reader should coerce it to a string", says the specification of a number.
        text = str(ident) if isinstance(ident, int | float | str) and not isinstance(ident, bool) else ""
        return fields.identifier(text or _text(self.raw, "url")) or f"hash:{fields.digest(self._words())}"

    @property
    def fingerprint(self) -> str:
        return fields.digest(_text(self.raw, "url") or self._words(), 12)

    def _words(self) -> str:
        return f"{_text(self.raw, 'title')}\n{self._body()[0]}"

    def post(self, external_id: str) -> PostData:
        """The item as a post. Raises InvalidPost when it says nothing at all."""
        raw, base = self.raw, self.context.base
        title = fields.plain(_text(raw, "title"), fields.MAX_TITLE, is_markup=False)
        body, kind = self._body()
        attachments = fields.unique(self._attachments())
        if not (title or body or attachments):
            raise InvalidPost(_("The entry has neither a title nor a text."))
        published, edited = fields.dates(
            _moment(raw.get("date_published")), _moment(raw.get("date_modified"))
        )
        tags = raw.get("tags")
        return PostData(
            external_id=external_id,
            published_at=published,
            edited_at=edited,
            body=body,
            body_format=kind,
            title=title,
            url=self._address("url") or self._address("external_url"),
            author=_author(raw, base) or self.context.author,
            language=fields.language(raw.get("language"), self.context.language),
            attachments=attachments,
            topics=fields.topics(tag for tag in tags if isinstance(tag, str))
            if isinstance(tags, list)
            else (),
        )

    def _body(self) -> tuple[str, BodyFormat]:
        if markup := _text(self.raw, "content_html"):
            return markup, BodyFormat.HTML
        return _text(self.raw, "content_text") or _text(self.raw, "summary"), BodyFormat.TEXT

    def _address(self, key: str) -> str:
        return fields.web_address(self.context.base, _text(self.raw, key))

    def _attachments(self) -> Iterator[AttachmentData | None]:
        for item in _mappings(self.raw.get("attachments")):
            yield fields.attachment(
                fields.web_address(self.context.base, _text(item, "url")),
                mime_type=_text(item, "mime_type"),
                name=_text(item, "title"),
                size=item.get("size_in_bytes"),
            )
        for key in ("image", "banner_image"):
            yield fields.attachment(self._address(key), medium="image")
        if self._address("url") and self._address("external_url"):
            yield fields.attachment(self._address("external_url"), mime_type="text/html")


def _author(raw: Fields, base: str) -> AuthorData | None:
    """The first author; 1.0 had only one, under another name. An address may be an e-mail address."""
    people = [*_mappings(raw.get("authors")), *_mappings([raw.get("author")])]
    for person in people:
        url = _text(person, "url").strip()
        email = url[7:].partition("?")[0] if url.lower().startswith("mailto:") else ""
        found = fields.author(_text(person, "name"), email, fields.web_address(base, url))
        if found:
            return found
    return None


def _moment(value: object) -> datetime | None:
    """An RFC 3339 date in UTC, also one without a time; None for anything else."""
    try:
        moment = datetime.fromisoformat(value.strip()) if isinstance(value, str) else None
        if moment is None:
            return None
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _mappings(value: object) -> list[Fields]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _text(raw: Fields, key: str) -> str:
    value = raw.get(key)
    return value if isinstance(value, str) else ""
