"""What is published when: the same seed and the same clock give the same stream.

Some weeks of history stand there from the first moment; then, while the server runs, one of the three
sites gains an entry about every twenty seconds. Time that passes while the server is off publishes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from threading import Lock

from example_site.sandbox.pool import Entry, Source

HISTORY = timedelta(days=24)
#: Age of the newest entry of the history.
NEWEST = timedelta(minutes=3)
PACE = timedelta(seconds=20)
#: Once every text has been used they come again, far more slowly, so that a demo never runs dry.
SLOW_PACE = timedelta(minutes=5)
#: A question is answered this long after it was asked.
ANSWER_AFTER = timedelta(seconds=70)


@dataclass(frozen=True, kw_only=True, slots=True)
class Publication:
    """An entry that people can read."""

    source: str
    entry: Entry
    #: 1, or higher when the text has come round again.
    turn: int
    #: Aware UTC, whole seconds.
    published_at: datetime

    @property
    def slug(self) -> str:
        return self.entry.slug if self.turn == 1 else f"{self.entry.slug}-{self.turn}"

    def updated_at(self, now: datetime) -> datetime:
        """When it last changed: at its answer, if it has one by ``now``."""
        return self.published_at + ANSWER_AFTER if self.is_answered(now) else self.published_at

    def is_answered(self, now: datetime) -> bool:
        return self.entry.answer is not None and now >= self.published_at + ANSWER_AFTER


class Stream:
    """All publications up to now. Thread-safe; ``state`` keeps them over a restart."""

    def __init__(
        self,
        sources: Sequence[Source],
        *,
        clock: Callable[[], datetime] | None = None,
        seed: int = 29,
        state: Path | None = None,
    ) -> None:
        self._clock = clock or (lambda: datetime.now(UTC))
        self._state = state
        self._lock = Lock()
        self._coming = _endless(sources, seed)
        self._random = Random(seed)  # noqa: S311 (a show, not a secret)
        started_at = self.now()
        times = _stored_times(state) or _history_times(sum(source.history for source in sources), started_at)
        #: Oldest first.
        self._publications = [self._publish(time) for time in times]
        self._next_at = started_at + self._pause()
        self._store()

    def now(self) -> datetime:
        """The time by this stream's clock, in whole seconds."""
        return self._clock().replace(microsecond=0)

    def published(self, source: str) -> list[Publication]:
        """What ``source`` has published by now, newest first."""
        with self._lock:
            now, before = self.now(), len(self._publications)
            while self._next_at <= now:
                self._publications.append(self._publish(self._next_at))
                self._next_at += self._pause()
            if len(self._publications) > before:
                self._store()
            return [item for item in reversed(self._publications) if item.source == source]

    def _publish(self, at: datetime) -> Publication:
        source, entry, turn = next(self._coming)
        return Publication(source=source, entry=entry, turn=turn, published_at=at)

    def _pause(self) -> timedelta:
        pace = PACE if not self._publications or self._publications[-1].turn == 1 else SLOW_PACE
        return timedelta(seconds=round(pace.total_seconds() * self._random.uniform(0.8, 1.2)))

    def _store(self) -> None:
        if self._state is None:
            return
        self._state.parent.mkdir(parents=True, exist_ok=True)
        draft = self._state.with_suffix(".new")
        draft.write_text(json.dumps([item.published_at.isoformat() for item in self._publications]))
        draft.replace(self._state)


def _stored_times(state: Path | None) -> list[datetime]:
    if state is None or not state.exists():
        return []
    return [datetime.fromisoformat(text) for text in json.loads(state.read_text())]


def _history_times(count: int, now: datetime) -> list[datetime]:
    """``count`` times, oldest first: few a day weeks ago, many in the last hours."""
    last = max(count - 1, 1)
    ages = (NEWEST + HISTORY * (index / last) ** 2.2 for index in reversed(range(count)))
    return [now - timedelta(seconds=round(age.total_seconds())) for age in ages]


def _endless(sources: Sequence[Source], seed: int) -> Iterator[tuple[str, Entry, int]]:
    """(source, entry, turn): the history oldest first, then all that follows, then everything again."""
    random = Random(seed)  # noqa: S311
    history = {source.key: list(source.entries[: source.history]) for source in sources}
    yield from ((key, entry, 1) for key, entry in reversed(_mixed(history, random)))
    live = {source.key: list(source.entries[source.history :]) for source in sources}
    turn = 1
    while True:
        yield from ((key, entry, turn) for key, entry in _mixed(live, random))
        live = {source.key: list(source.entries) for source in sources}
        turn += 1


def _mixed(decks: dict[str, list[Entry]], random: Random) -> list[tuple[str, Entry]]:
    """One row made of several, each keeping its order, spread evenly with a little chance."""
    placed = [
        ((place + random.uniform(0.2, 0.8)) / len(deck), key, entry)
        for key, deck in decks.items()
        for place, entry in enumerate(deck)
    ]
    return [(key, entry) for _share, key, entry in sorted(placed, key=lambda item: item[0])]
