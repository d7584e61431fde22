"""Decisions of the sync, as pure functions: given ``now``, they never read the clock or the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from esm_portal.sync.clean import CleanPost

#: Before this, a date is a mistake of the software that wrote it.
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
#: How far a service's clock may be ahead of ours.
CLOCK_SKEW = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored of a post already."""

    pk: int
    content_hash: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Plan:
    """What to write for one batch."""

    to_create: tuple[CleanPost, ...]
    to_update: tuple[CleanPost, ...]
    unchanged: int
    #: Ids that came more than once in the batch; the first was taken.
    repeated: tuple[str, ...]


def plan_batch(posts: Iterable[CleanPost], known: Mapping[str, Known]) -> Plan:
    """Compare a batch with what is stored. Equal hashes write nothing; a repeated id counts once."""
    to_create: list[CleanPost] = []
    to_update: list[CleanPost] = []
    repeated: list[str] = []
    seen: set[str] = set()
    unchanged = 0
    for post in posts:
        if post.external_id in seen:
            repeated.append(post.external_id)
            continue
        seen.add(post.external_id)
        stored = known.get(post.external_id)
        if stored is None:
            to_create.append(post)
        elif stored.content_hash != post.content_hash:
            to_update.append(post)
        else:
            unchanged += 1
    return Plan(tuple(to_create), tuple(to_update), unchanged, tuple(repeated))


def plausible(moment: datetime | None, now: datetime) -> datetime | None:
    """``moment``, or None when it cannot be right: before 1990, or more than a day in the future."""
    return moment if moment and EARLIEST <= moment <= now + CLOCK_SKEW else None


def dates_of(
    post: CleanPost, stored: Known | None, *, now: datetime, position: int
) -> tuple[datetime, datetime | None]:
    """When ``post`` was published and edited.

    Without a plausible date it was published when it was first seen; ``position`` (its place in the run,
    newest first) keeps undated posts in the order they came.
    """
    published_at = plausible(post.published_at, now)
    if published_at is None:
        published_at = stored.published_at if stored else now - timedelta(microseconds=position)
    return published_at, plausible(post.edited_at, now)


def next_success(
    now: datetime, interval: timedelta, wish: timedelta | None, cap: timedelta, jitter: float
) -> datetime:
    """After a success: min(max(own interval, server's wish), cap), made longer by ``jitter`` (0..1)."""
    pause = min(max(interval, wish or interval), cap)
    return now + pause * (1 + jitter)


def next_failure(
    now: datetime,
    interval: timedelta,
    failures: int,
    threshold: int,
    wish: timedelta | None,
    cap: timedelta,
    jitter: float,
) -> datetime:
    """Next attempt after ``failures`` failures in a row.

    Up to ``threshold`` the channel keeps its interval; from then on the circuit is open and each probe
    doubles the pause, up to ``cap``. A wish of the service (Retry-After) is never undercut below ``cap``.
    """
    doublings = min(max(failures - threshold + 1, 0), 20)
    pause = min(max(interval * (1 << doublings), wish or interval), cap)
    return now + pause * (1 + jitter)


def longest_wish(wishes: Sequence[timedelta | None]) -> timedelta | None:
    """The longest pause any batch of a run asked for, or None."""
    return max((wish for wish in wishes if wish), default=None)
