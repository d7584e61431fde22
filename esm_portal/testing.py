"""Public test kit: a provider without a service, for tests of sites and of this package.

``FakeProvider.script("news").posts("1", "2", cursor={"at": 2})`` makes a channel with two posts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from esm_portal.exceptions import ChannelUnavailable
from esm_portal.providers.base import Provider
from esm_portal.types import Batch, BodyFormat, ChannelData, ChannelInfo, Cursor, PostData, SkippedItem

__all__ = ["FakeChannel", "FakeProvider", "make_post"]


def make_post(external_id: str, **fields: Any) -> PostData:
    """A post as a provider delivers it, with sensible values for what ``fields`` leaves out."""
    values: dict[str, Any] = {
        "published_at": datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=_number(external_id)),
        "body": f"Post {external_id}.",
        "body_format": BodyFormat.TEXT,
        "title": f"Title {external_id}",
        "url": f"https://service.example/{external_id}",
    }
    return PostData(external_id=external_id, **{**values, **fields})


@dataclass
class FakeChannel:
    """What :class:`FakeProvider` answers for one channel; each method returns the channel, to be chained."""

    steps: list[Batch | BaseException | Callable[[], None]] = field(default_factory=list)
    #: Every cursor the engine came with.
    cursors_seen: list[Cursor | None] = field(default_factory=list)

    def batch(self, *posts: PostData, cursor: Cursor | None = None, **fields: Any) -> FakeChannel:
        """The next batch holds ``posts``; ``fields`` are those of :class:`Batch`."""
        self.steps.append(Batch(posts=posts, cursor=cursor, **fields))
        return self

    def posts(self, *external_ids: str, cursor: Cursor | None = None, **fields: Any) -> FakeChannel:
        """The next batch holds made-up posts with these ids."""
        return self.batch(*(make_post(id_, **fields) for id_ in external_ids), cursor=cursor)

    def skip(self, external_id: str, reason: str) -> FakeChannel:
        """The next batch holds one item that could not be read."""
        return self.batch(skipped=(SkippedItem(external_id=external_id, reason=reason),))

    def error(self, error: BaseException) -> FakeChannel:
        """Then ``error`` is raised."""
        self.steps.append(error)
        return self

    def then(self, action: Callable[[], None]) -> FakeChannel:
        """Then ``action`` runs, in the middle of the sync."""
        self.steps.append(action)
        return self


class FakeProvider(Provider):
    """A provider whose answers a test writes: ``FakeProvider.script("id").posts("1", "2")``."""

    id: ClassVar[str] = "fake"
    name: ClassVar[str] = "Fake network"
    option_help: ClassVar[Mapping[str, str]] = {"tenant": "Any word."}
    channels: ClassVar[dict[str, FakeChannel]] = {}

    @classmethod
    def script(cls, external_id: str) -> FakeChannel:
        """A new, empty script for the channel ``external_id``."""
        cls.channels[external_id] = FakeChannel()
        return cls.channels[external_id]

    @classmethod
    def reset(cls) -> None:
        """Forget every script; to be called after each test."""
        cls.channels.clear()

    def iter_batches(self, channel: ChannelData, cursor: Cursor | None) -> Iterator[Batch]:
        """Play the script; an unknown channel is one the service does not have."""
        script = self.channels.get(channel.external_id)
        if script is None:
            raise ChannelUnavailable("There is no such channel.", provider=self.id, status_code=404)
        script.cursors_seen.append(cursor)
        for step in script.steps:
            if isinstance(step, BaseException):
                raise step
            if isinstance(step, Batch):
                yield step
            else:
                step()

    def discover(self, query: str = "") -> Iterable[ChannelInfo]:
        """The scripted channels whose id holds ``query``."""
        return [ChannelInfo(external_id=id_, name=id_.title()) for id_ in self.channels if query in id_]

    def test(self) -> str:
        """One sentence."""
        return "Connected to nothing, as nobody."


def _number(external_id: str) -> int:
    return int(external_id) if external_id.isascii() and external_id.isdigit() else 0
