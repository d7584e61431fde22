"""Web pages that advertise feeds: ``<link rel="alternate">`` in their head. Pure."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from html.parser import HTMLParser

from esm_portal.providers.feed_reading import fields

_FEED_TYPES = frozenset(
    {
        "application/rss+xml",
        "application/atom+xml",
        "application/rdf+xml",
        "application/feed+json",
        "application/json",
        "application/xml",
        "text/xml",
    }
)
#: Titles that say no more than "a feed", as wikis and trackers write them.
_GENERIC = re.compile(r"(?:rss|atom|json|rdf|xml|\s|[\d.]|feed)*", re.IGNORECASE)
#: Characters of a page that are searched; the links stand at its beginning.
_SEARCHED = 500_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Advertised:
    """A feed a page points at."""

    url: str
    #: As people read it, or "".
    name: str
    #: BCP 47 language tag of the feed or the page, or "".
    language: str


def advertised_feeds(text: str, url: str) -> list[Advertised]:
    """The feeds that the page ``text`` at ``url`` advertises, each once, in order."""
    head = _Head()
    with suppress(AssertionError):  # what the parser raises at a malformed "<![": what it found before counts
        head.feed(text[:_SEARCHED])
    base = fields.web_address(url, head.base) or url
    title = fields.plain(" ".join(head.title), fields.MAX_NAME, is_markup=False)
    found: dict[str, Advertised] = {}
    for link in head.links:
        address = fields.web_address(base, link.get("href", ""))
        if not address:
            continue
        name = fields.plain(link.get("title", ""), fields.MAX_NAME, is_markup=False)
        if _GENERIC.fullmatch(name):
            name = title or name
        language = fields.language(link.get("hreflang", ""), head.language)
        found.setdefault(address, Advertised(url=address, name=name, language=language))
    return list(found.values())


class _Head(HTMLParser):
    """Collects what the head of a page says of feeds; also of a page that has no proper head."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[dict[str, str]] = []
        self.base = ""
        self.language = ""
        self.title: list[str] = []
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in reversed(attrs)}
        if tag == "link" and _is_feed_link(values):
            self.links.append(values)
        elif tag == "base":
            self.base = self.base or values.get("href", "")
        elif tag == "html":
            self.language = values.get("lang", "")
        self._in_title = tag == "title" and not self.title

    def handle_endtag(self, tag: str) -> None:
        self._in_title = self._in_title and tag != "title"

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title.append(data)


def _is_feed_link(values: dict[str, str]) -> bool:
    kind = values.get("type", "").partition(";")[0].strip().lower()
    rels = values.get("rel", "").lower().split()
    # "application/json" alternates of a WordPress page are its REST interface, not a JSON Feed.
    if kind == "application/json" and "wp-json" in values.get("href", ""):
        return False
    return kind in _FEED_TYPES and "alternate" in rels and "stylesheet" not in rels
