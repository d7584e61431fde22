"""What a feed is, whatever its format: the shape in which rss_atom.py and json_feed.py hand it over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from esm_portal.providers.feed_reading.fields import Entry
from esm_portal.types import SkippedItem

_LONGEST_WISH = 86400
#: A shorter wish than this (seconds) says no more than "fetch me".
_SHORTEST_WISH = 300
_PERIODS = {"hourly": 3600, "daily": 86400, "weekly": 604800, "monthly": 2592000, "yearly": 31536000}


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """One feed, or one page of it."""

    title: str = ""
    #: Page for people (http or https), or "".
    home_url: str = ""
    description: str = ""
    language: str = ""
    #: In the order of the document, which is newest first nearly always.
    entries: Sequence[Entry] = ()
    skipped: tuple[SkippedItem, ...] = ()
    #: The end is missing: what was cut off must be asked for again.
    is_cut: bool = False
    #: Where older entries are, or "".
    next_url: str = ""
    #: The feed asks not to be read again before this many seconds; 0 when it does not say.
    wish: int = 0


def syndication_seconds(ttl: object, period: object, frequency: object) -> int:
    """The pause in seconds that <ttl> (minutes) or the syndication module ask for; 0 for none."""
    seconds = number(ttl) * 60
    if isinstance(period, str) and period.strip().lower() in _PERIODS:
        seconds = max(seconds, _PERIODS[period.strip().lower()] // (number(frequency) or 1))
    return seconds


def wish_of(seconds: int, headers: Mapping[str, str]) -> timedelta | None:
    """The longest pause that the feed (``seconds``) or Cache-Control asks for, at most a day."""
    for part in headers.get("cache-control", "").lower().split(","):
        name, _, value = part.partition("=")
        if name.strip() == "max-age":
            seconds = max(seconds, number(value.strip(' "')))
    return timedelta(seconds=min(seconds, _LONGEST_WISH)) if seconds > _SHORTEST_WISH else None


def number(value: object) -> int:
    """A whole number from 0 to 999,999,999 that was written as text; 0 for anything else."""
    text = value.strip() if isinstance(value, str) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
