"""One screenful of a feed and the way to its neighbours.

Places in the feed are posts, not page numbers: what is new above does not move what was read below.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from esm_portal import selectors
from esm_portal.models import Post
from esm_portal.selectors import ChannelView, Position

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSlice:
    """Posts, newest first, and where to go from here."""

    posts: list[Post]
    #: Query string of this slice, or "" for the newest posts.
    query: str = ""
    #: Query strings of the neighbours; "" when there is none.
    newer: str = ""
    older: str = ""


def read_slice(channels: Sequence[ChannelView], before: str, after: str) -> FeedSlice:
    """The slice at ``before`` or ``after`` (``str(Position)``); the newest posts for anything else."""
    if place := Position.parse(after):
        found = selectors.latest_posts(channels, limit=PAGE_SIZE + 1, after=place)
        if len(found) > PAGE_SIZE:
            posts = found[1:]
            return FeedSlice(posts=posts, query=f"?after={place}", newer=_newer(posts), older=_older(posts))
        # So close to the top that the first screenful holds them all.
        return _newest(channels)
    if place := Position.parse(before):
        found = selectors.latest_posts(channels, limit=PAGE_SIZE + 1, before=place)
        posts = found[:PAGE_SIZE]
        return FeedSlice(
            posts=posts,
            query=f"?before={place}",
            newer=_newer(posts),
            older=_older(posts) if len(found) > PAGE_SIZE else "",
        )
    return _newest(channels)


def _newest(channels: Sequence[ChannelView]) -> FeedSlice:
    found = selectors.latest_posts(channels, limit=PAGE_SIZE + 1)
    posts = found[:PAGE_SIZE]
    return FeedSlice(posts=posts, older=_older(posts) if len(found) > PAGE_SIZE else "")


def _newer(posts: Sequence[Post]) -> str:
    return f"?after={Position(posts[0].published_at, posts[0].pk)}" if posts else ""


def _older(posts: Sequence[Post]) -> str:
    return f"?before={Position(posts[-1].published_at, posts[-1].pk)}" if posts else ""
