"""From an answer to a feed, and from its entries to ids that stay. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from esm_portal.exceptions import PayloadError
from esm_portal.providers.feed_reading.document import Document
from esm_portal.providers.feed_reading.fields import Entry
from esm_portal.providers.feed_reading.json_feed import parse_json
from esm_portal.providers.feed_reading.pages import advertised_feeds
from esm_portal.providers.feed_reading.rss_atom import parse_xml
from esm_portal.providers.feed_reading.text import is_page

#: Guids of which is remembered which entry has them; only ones that were used twice.
MAX_OWNERS = 500


def parse_feed(text: str, url: str) -> Document:
    """The feed in ``text`` that came from ``url``.

    Raises PayloadError, in plain words, for a web page, an empty answer, and whatever else is no feed.
    """
    if not text.strip():
        raise PayloadError(_("The address answered with nothing at all."))
    if text[0] in "{[":
        return parse_json(text, url)
    if is_page(text):
        raise PayloadError(_page_instead(text, url))
    return parse_xml(text, url)


def _page_instead(text: str, url: str) -> str:
    feeds = advertised_feeds(text, url)[:3]
    if not feeds:
        return _(
            "The address answered with a web page, not a feed. "
            "It may need a sign-in: enter the account's user name and password, or ask who runs the service."
        )
    return ngettext(
        "The address answered with a web page, not a feed. The page offers this feed: %(addresses)s",
        "The address answered with a web page, not a feed. The page offers these feeds: %(addresses)s",
        len(feeds),
    ) % {"addresses": " , ".join(feed.url for feed in feeds)}


def assign_ids(
    entries: Sequence[Entry], owners: Mapping[str, str]
) -> tuple[list[str | None], dict[str, str]]:
    """An id for each entry (None: the same entry again), and who owns each guid that was used twice.

    The oldest entry keeps the plain guid; every other one gets "guid#fingerprint". ``owners`` (guid ->
    fingerprint) is what this returned last time, so that nobody's id changes when the owner has left.
    """
    known = dict(owners)
    current = _collisions(entries)
    for guid in current:
        current[guid] = known.pop(guid, current[guid])
    merged = known | current
    ids: list[str | None] = []
    seen: set[str] = set()
    for entry in entries:
        ident = entry.guid
        if ident in merged and (mark := entry.fingerprint) != merged[ident]:
            ident = f"{ident}#{mark}"
        ids.append(None if ident in seen else ident)
        seen.add(ident)
    return ids, dict(list(merged.items())[-MAX_OWNERS:])


def _collisions(entries: Sequence[Entry]) -> dict[str, str]:
    """Guids that different entries share -> fingerprint of the last of them."""
    first: dict[str, Entry] = {}
    marks: dict[str, set[str]] = {}
    last: dict[str, str] = {}
    for entry in entries:
        guid = entry.guid
        if guid in first:
            last[guid] = entry.fingerprint
            marks.setdefault(guid, {first[guid].fingerprint}).add(last[guid])
        else:
            first[guid] = entry
    return {guid: mark for guid, mark in last.items() if len(marks[guid]) > 1}
