from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.template.loader import get_template
from django.utils import timezone, translation

from wagtail.models import PageViewRestriction

from esm_portal.blocks.feed import PostFeedBlock
from esm_portal.models import Channel
from tests.factories import (
    START,
    ChannelFactory,
    PostFactory,
    UserFactory,
    bump,
    feed_block,
    make_feed_page,
    make_hub_page,
    set_state,
)

pytestmark = pytest.mark.django_db
Queries = Callable[..., Any]
NUMBERS = itertools.count()


@pytest.fixture
def request_(rf: Any) -> HttpRequest:
    request: HttpRequest = rf.get("/")
    request.user = AnonymousUser()
    return request


def block(channels: list[Channel], **values: Any) -> Any:
    """The block and its value as a page holds them."""
    return make_hub_page(feed_block(channels, **values), slug=f"hub-{next(NUMBERS)}").body[0]


def soup(child: Any, request: HttpRequest | None, **context: Any) -> BeautifulSoup:
    return BeautifulSoup(child.render({"request": request, "block_id": "b", **context}), "html.parser")


@pytest.mark.parametrize(("channels", "posts"), [(1, 3), (1, 40), (12, 40), (60, 2)])
def test_query_budget(client: Any, channels: int, posts: int, django_assert_max_num_queries: Queries) -> None:
    made = ChannelFactory.create_batch(channels)
    for channel in made:
        PostFactory.create_batch(posts, channel=channel)
    feed = make_feed_page(made)
    page = make_hub_page(feed_block(made, limit=20, more_page=feed.pk))
    bare = make_hub_page(slug="bare")
    client.get(bare.url)
    with django_assert_max_num_queries(50) as without:
        client.get(bare.url)
    with django_assert_max_num_queries(len(without) + 6):
        cold = client.get(page.url)
    with django_assert_max_num_queries(len(without) + 1):
        warm = client.get(page.url)
    assert warm.content.count(b"<article") == min(20, channels * posts)
    assert _main(warm) == _main(cold)


def _main(response: Any) -> str:
    return str(BeautifulSoup(response.content, "html.parser").main)


def test_editing_and_reading_the_stream_loads_no_channel(django_assert_num_queries: Queries) -> None:
    channels = ChannelFactory.create_batch(3)
    page = make_hub_page(feed_block(channels, more_page=10**6), {"type": "post", "value": {"post": 5}})
    with django_assert_num_queries(0):
        assert list(page.body[0].value["channels"]) == [channel.pk for channel in channels]
        assert page.body[1].value["post"] == 5


def test_new_posts_appear_with_the_channels_version(request_: HttpRequest) -> None:
    channel = ChannelFactory()
    child = block([channel])
    assert "Nobody has posted here yet." in soup(child, request_).text
    PostFactory(channel=channel, text="First words")
    bump(channel)
    assert "First words" in soup(child, request_).text


def test_layout_language_and_place_have_fragments_of_their_own(request_: HttpRequest) -> None:
    channel = ChannelFactory()
    PostFactory(channel=channel, published_at=timezone.now() - timedelta(hours=2))
    child = block([channel])
    assert "2\xa0hours" in soup(child, request_).text
    with translation.override("ar"):
        assert "ساعتين" in soup(child, request_).text
    assert soup(child, request_).h2 is not None
    assert soup(child, request_, heading_level=4).h2 is None
    assert soup(child, request_, block_id="other").find(id="esm-other")
    cards = block([channel], layout="cards")
    assert soup(cards, request_).select(".esm-posts--cards")


def test_the_age_is_told_as_of_now_although_the_fragment_is_kept(request_: HttpRequest) -> None:
    channel = ChannelFactory()
    PostFactory(channel=channel)
    set_state(channel, last_success_at=START)
    child = block([channel])
    with time_machine.travel(START + timedelta(seconds=20), tick=False):
        assert soup(child, request_).select_one(".esm-fresh").text == "Updated just now"  # type: ignore[union-attr]
    with time_machine.travel(START + timedelta(seconds=130), tick=False):
        assert soup(child, request_).select_one(".esm-fresh").text == "Updated 2\xa0minutes ago"  # type: ignore[union-attr]


def test_a_heading_cannot_move_or_forge_the_age(request_: HttpRequest) -> None:
    channel = ChannelFactory()
    PostFactory(channel=channel, text="body", clean_html="<p>body <!-- esm:freshness --></p>")
    set_state(channel, last_success_at=timezone.now())
    page = soup(block([channel], heading="<!-- esm:freshness --><script>x</script>"), request_)
    assert len(page.select(".esm-fresh")) == 1
    assert page.select_one(".esm-feed__head .esm-fresh")
    assert page.script is None


def test_the_outline_fits_the_page(request_: HttpRequest) -> None:
    channel = ChannelFactory()
    PostFactory(channel=channel, title="A title")
    with_heading = soup(block([channel]), request_)
    section = with_heading.section
    assert section is not None
    assert with_heading.find(id=section["aria-labelledby"]).name == "h2"  # type: ignore[union-attr, index]
    assert [h.name for h in with_heading.find_all(["h1", "h2", "h3", "h4"])] == ["h2", "h3"]
    bare = soup(block([channel], heading=""), request_)
    assert bare.find(id=bare.section["aria-labelledby"]).text == "Posts"  # type: ignore[union-attr, index]
    assert [h.name for h in bare.find_all(["h1", "h2", "h3", "h4"])] == ["h2"]
    deep = soup(block([channel]), request_, heading_level=6)
    assert [h.name for h in deep.find_all(["h5", "h6", "h7"])] == ["h6", "h6"]


def test_ids_are_unique_although_two_blocks_show_the_same(client: Any) -> None:
    channel = ChannelFactory()
    PostFactory.create_batch(2, channel=channel)
    page = make_hub_page(feed_block([channel]), feed_block([channel]), aside=(feed_block([channel]),))
    ids = [e["id"] for e in BeautifulSoup(client.get(page.url).content, "html.parser").find_all(id=True)]
    assert len(ids) == len(set(ids))


def test_posts_lead_to_the_feed_page_that_shows_them_else_to_their_network(request_: HttpRequest) -> None:
    shown, other = ChannelFactory(), ChannelFactory()
    here = PostFactory(channel=shown, title="Here")
    PostFactory(channel=other, title="There", url="https://blog.example/there")
    feed = make_feed_page([shown], title="All of it")
    page = soup(block([shown, other], more_page=feed.pk), request_)
    assert page.find("a", string="Here")["href"] == f"/conversations/post/{here.pk}/"  # type: ignore[index]
    there = page.find("a", string="There")
    assert there["href"] == "https://blog.example/there"  # type: ignore[index]
    assert "noopener" in there["rel"]  # type: ignore[index]
    assert page.select_one(".esm-more").text == "All of it"  # type: ignore[union-attr]
    assert page.select_one(".esm-more")["href"] == "/conversations/"  # type: ignore[index]
    assert len(page.select("a.esm-out")) == 2


@pytest.mark.parametrize("kind", ["gone", "unpublished", "other"])
def test_a_page_with_more_that_is_no_feed_page_or_gone_breaks_nothing(
    request_: HttpRequest, kind: str
) -> None:
    channel = ChannelFactory()
    PostFactory(channel=channel, title="Title")
    target = make_hub_page(slug="target", title="Target")
    if kind == "unpublished":
        target.unpublish()
    page = soup(block([channel], more_page=10**9 if kind == "gone" else target.pk), request_)
    assert bool(page.select(".esm-more")) == (kind == "other")
    assert page.find("a", string="Title")["href"].startswith("https://")  # type: ignore[index, union-attr]


def test_deleted_channels_and_garbage_are_nothing(request_: HttpRequest) -> None:
    child = block([])
    child.value["channels"].append(None)
    child.value["channels"].append(10**7)
    assert "Nobody has posted here yet." in soup(child, request_).text
    own = block([], empty_text="Come back <soon>")
    assert "Come back <soon>" in soup(own, request_).text


def test_without_a_request_the_block_shows_what_everybody_may_see() -> None:
    channel = ChannelFactory()
    PostFactory(channel=channel, text="Open words")
    assert "Open words" in soup(block([channel]), None).text


def test_the_editors_preview_shows_samples_until_there_are_posts(request_: HttpRequest) -> None:
    definition = PostFeedBlock()
    definition.set_name("post_feed")

    def preview() -> str:
        value = definition.get_preview_value()
        context = definition.get_preview_context(
            value,
            {
                "request": request_,
                "bound_block": definition.bind(value),
                "block_def": definition,
            },
        )
        return get_template(definition.get_preview_template(value)).render(context)

    assert definition.is_previewable
    assert "Aiko Nakamura" in preview()
    assert "esm.css" in preview()
    PostFactory(text="Real words")
    assert "Real words" in preview()
    assert "Aiko Nakamura" not in preview()


def test_an_editor_sees_posts_of_closed_channels_in_the_page_preview(request_: HttpRequest) -> None:
    channel = ChannelFactory(audience="nobody")
    PostFactory(channel=channel, text="Closed words")
    request_.user = UserFactory(permissions=["view_post"])
    child = block([channel])
    assert "Closed words" not in soup(child, request_).text
    request_.is_preview = True  # type: ignore[attr-defined]
    assert "Closed words" in soup(child, request_).text


def test_a_page_more_private_than_this_one_is_not_named(client: Any) -> None:
    channel = ChannelFactory()
    PostFactory(channel=channel)
    feed = make_feed_page([channel], title="BOARD ONLY")
    hub = make_hub_page(feed_block([channel], more_page=feed.pk))
    assert b"BOARD ONLY" in client.get(hub.url).content

    PageViewRestriction.objects.create(page=feed, restriction_type=PageViewRestriction.LOGIN)
    bump(channel)
    assert b"BOARD ONLY" not in client.get(hub.url).content

    PageViewRestriction.objects.all().delete()
    root = PageViewRestriction.objects.create(page=feed.get_parent(), restriction_type=PageViewRestriction.LOGIN)
    bump(channel)
    client.force_login(UserFactory())
    assert b"BOARD ONLY" in client.get(hub.url).content
    root.delete()
