from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from esm_portal import selectors
from esm_portal.models import Audience, Channel
from esm_portal.selectors import ChannelView, Position
from tests.factories import (
    START,
    AttachmentFactory,
    ChannelFactory,
    GroupFactory,
    PostFactory,
    UserFactory,
    bump,
    set_state,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 11, 24, 9, 40, 0, 123457, tzinfo=UTC),
        datetime(2038, 1, 19, 3, 14, 7, 999999, tzinfo=UTC),
        datetime(1601, 1, 1, 0, 0, 0, 1, tzinfo=UTC),
        datetime(2999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    ],
)
def test_a_position_survives_its_own_words_to_the_microsecond(moment: datetime) -> None:
    assert Position.parse(str(Position(moment, 7))) == Position(moment, 7)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "1",
        "1-",
        "-1",
        "a-b",
        "1-2-3",
        "1 -2",
        "٣-٤",
        "1-" + "9" * 19,
        "9" * 18 + "-1",
        "9" * 5000,
        "1-2\n",
    ],
)
def test_words_that_are_no_position_give_none(text: str) -> None:
    assert Position.parse(text) is None


def channels_of_every_audience() -> tuple[list[Channel], Any]:
    group = GroupFactory()
    return [
        ChannelFactory(name="everyone"),
        ChannelFactory(name="signed in", audience=Audience.SIGNED_IN),
        ChannelFactory(name="members", groups=[group]),
        ChannelFactory(name="others", groups=[GroupFactory()]),
        ChannelFactory(name="nobody", audience=Audience.NOBODY),
    ], group


def seen(user: Any, channels: list[Channel], **options: Any) -> list[str]:
    return [view.name for view in selectors.visible_channels(user, [c.pk for c in channels], **options)]


def test_each_reader_sees_what_is_open_to_them() -> None:
    channels, group = channels_of_every_audience()
    assert seen(None, channels) == ["everyone"]
    assert seen(AnonymousUser(), channels) == ["everyone"]
    assert seen(UserFactory(is_active=False, groups=[group]), channels) == ["everyone"]
    assert seen(UserFactory(), channels) == ["everyone", "signed in"]
    assert seen(UserFactory(groups=[group]), channels) == ["everyone", "members", "signed in"]


def test_the_compiled_query_says_what_the_rule_says() -> None:
    channels, group = channels_of_every_audience()
    for user in (None, UserFactory(), UserFactory(groups=[group]), UserFactory(is_superuser=True)):
        for count in range(1, 6):
            some = channels[:count]
            rule = Channel.objects.visible_to(user).filter(pk__in=[c.pk for c in some])
            assert seen(user, some) == sorted(rule.values_list("name", flat=True))


def test_only_a_preview_by_someone_who_may_view_posts_shows_closed_channels() -> None:
    channels, _group = channels_of_every_audience()
    editor = UserFactory(permissions=["view_post"])
    assert "nobody" not in seen(editor, channels)
    assert "nobody" in seen(editor, channels, preview=True)
    assert "nobody" not in seen(UserFactory(), channels, preview=True)


def test_channels_come_with_version_and_freshness(django_assert_num_queries: Callable[..., Any]) -> None:
    channel = ChannelFactory()
    set_state(channel, last_success_at=START, failures=2)
    bump(channel)
    channel.state.refresh_from_db()
    with django_assert_num_queries(1):
        views = selectors.visible_channels(None, [channel.pk, channel.pk, 10**12])
    assert views == [ChannelView(channel.pk, channel.name, channel.state.version, START, 2)]


def test_no_channels_ask_no_query(django_assert_num_queries: Callable[..., Any]) -> None:
    with django_assert_num_queries(0):
        assert selectors.visible_channels(None, []) == []
        assert selectors.latest_posts([], limit=5) == []


def views(*channels: Channel) -> list[ChannelView]:
    return selectors.visible_channels(None, [channel.pk for channel in channels])


@pytest.mark.parametrize("number", [1, 3, 30])
def test_the_newest_posts_of_all_channels_are_merged(
    number: int, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    channels = ChannelFactory.create_batch(number)
    posts = [
        PostFactory(channel=channels[n % number], published_at=START - timedelta(minutes=n))
        for n in range(60)
    ]
    AttachmentFactory(post=posts[0])
    PostFactory(channel=channels[0], published_at=START + timedelta(hours=1), is_shown=False)
    chosen = views(*channels)
    with django_assert_max_num_queries(2):
        found = selectors.latest_posts(chosen, limit=7)
        assert [post.pk for post in found] == [post.pk for post in posts[:7]]
        assert [(p.author and p.author.name, p.channel.account.name, len(p.attachments.all())) for p in found]


def test_more_channels_than_a_compound_statement_may_have_terms() -> None:
    channels = ChannelFactory.create_batch(selectors.MAX_UNION_TERMS + 5)
    old = PostFactory(channel=channels[0], published_at=START - timedelta(days=2))
    new = PostFactory(channel=channels[-1], published_at=START)
    assert [p.pk for p in selectors.latest_posts(views(*channels), limit=5)] == [new.pk, old.pk]


def test_walking_down_and_up_meets_every_post_once_although_times_are_equal() -> None:
    channels = ChannelFactory.create_batch(2)
    posts = [
        PostFactory(channel=channels[n % 2], published_at=START - timedelta(hours=n // 6)) for n in range(25)
    ]
    order = [p.pk for p in sorted(posts, key=lambda p: (p.published_at, p.pk), reverse=True)]
    chosen, down, place = views(*channels), [], None
    while part := selectors.latest_posts(chosen, limit=4, before=place):
        down += [post.pk for post in part]
        place = Position(part[-1].published_at, part[-1].pk)
    assert down == order
    up: list[int] = []
    first = selectors.latest_posts(
        chosen, limit=1, before=place and Position(place.published_at, place.pk + 1)
    )
    place = Position(first[0].published_at, first[0].pk)
    while part := selectors.latest_posts(chosen, limit=4, after=place):
        up = [post.pk for post in part] + up
        place = Position(part[0].published_at, part[0].pk)
    assert up == [pk for pk in order if pk != first[0].pk]


def test_a_post_out_of_reach_looks_like_none() -> None:
    channel = ChannelFactory(audience=Audience.NOBODY)
    post, hidden = PostFactory(channel=channel), PostFactory(is_shown=False)
    editor = UserFactory(permissions=["view_post"])
    assert selectors.get_post(UserFactory(), post.pk) is None
    assert selectors.get_post(editor, post.pk) is None
    assert selectors.get_post(editor, post.pk, preview=True) == post
    assert selectors.get_post(editor, hidden.pk, preview=True) is None
    assert selectors.get_post(None, 10**30) is None


def test_only_a_published_page_is_a_target() -> None:
    from tests.factories import make_feed_page

    page = make_feed_page([])
    found = selectors.live_page(page.pk)
    assert found is not None
    assert found.title == page.title
    page.unpublish()
    assert selectors.live_page(page.pk) is None


def test_freshness_names_only_what_has_been_silent_for_long() -> None:
    def view(name: str, minutes: int | None, failures: int) -> ChannelView:
        read = None if minutes is None else START - timedelta(minutes=minutes)
        return ChannelView(1, name, 1, read, failures)

    fresh = selectors.freshness(
        [
            view("well", 3, 0),
            view("slept", 500, 0),
            view("hiccup", 30, 4),
            view("down", 500, 4),
            view("never", None, 1),
        ],
        START,
    )
    assert fresh.updated_at == START - timedelta(minutes=3)
    assert fresh.silent == ("down", "never")
