from __future__ import annotations

from datetime import timedelta

import pytest

from esm_portal import selectors
from esm_portal.models import Post
from esm_portal.pages.slices import PAGE_SIZE, FeedSlice, read_slice
from esm_portal.selectors import ChannelView
from tests.factories import START, ChannelFactory, PostFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def feed() -> tuple[list[ChannelView], list[Post]]:
    """Channels with two and a half screenfuls, newest first."""
    channel = ChannelFactory()
    posts = [
        PostFactory(channel=channel, published_at=START - timedelta(minutes=n))
        for n in range(2 * PAGE_SIZE + PAGE_SIZE // 2)
    ]
    return selectors.visible_channels(None, [channel.pk]), posts


def go(channels: list[ChannelView], query: str) -> FeedSlice:
    name, _, value = query.removeprefix("?").partition("=")
    return read_slice(channels, value if name == "before" else "", value if name == "after" else "")


def test_down_and_up_again(feed: tuple[list[ChannelView], list[Post]]) -> None:
    channels, posts = feed
    first = go(channels, "")
    assert (first.posts, first.newer, first.query) == (posts[:PAGE_SIZE], "", "")
    second = go(channels, first.older)
    assert second.posts == posts[PAGE_SIZE : 2 * PAGE_SIZE]
    third = go(channels, second.older)
    assert third.posts == posts[2 * PAGE_SIZE :]
    assert third.older == ""
    up = go(channels, third.newer)
    assert up.posts == second.posts
    assert (up.older, bool(up.newer)) == (second.older, True)
    assert go(channels, up.newer).posts == first.posts
    assert go(channels, up.newer).query == "", "The top has one address only."


def test_new_posts_above_do_not_move_what_is_below(feed: tuple[list[ChannelView], list[Post]]) -> None:
    channels, posts = feed
    older = go(channels, "").older
    PostFactory.create_batch(5, channel=posts[0].channel, published_at=START + timedelta(hours=1))
    assert go(channels, older).posts == posts[PAGE_SIZE : 2 * PAGE_SIZE]


def test_below_the_last_post_there_is_nothing(feed: tuple[list[ChannelView], list[Post]]) -> None:
    channels, _posts = feed
    end = read_slice(channels, "1-1", "")
    assert (end.posts, end.older, end.newer) == ([], "", "")


def test_wrong_words_are_ignored(feed: tuple[list[ChannelView], list[Post]]) -> None:
    channels, posts = feed
    for words in ("x", "1-2-3", "9" * 4000, "-", "\x00"):
        assert read_slice(channels, words, words).posts == posts[:PAGE_SIZE]


def test_one_screenful_has_no_neighbours() -> None:
    channel = ChannelFactory()
    PostFactory.create_batch(PAGE_SIZE, channel=channel)
    part = read_slice(selectors.visible_channels(None, [channel.pk]), "", "")
    assert (len(part.posts), part.older, part.newer) == (PAGE_SIZE, "", "")
