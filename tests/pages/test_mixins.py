from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from esm_portal.models import Audience, Post
from esm_portal.pages.models import FeedPage, FeedPageChannel
from esm_portal.pages.slices import PAGE_SIZE
from tests.factories import (
    START,
    ChannelFactory,
    PostFactory,
    UserFactory,
    feed_block,
    make_feed_page,
    make_hub_page,
    set_state,
)

pytestmark = pytest.mark.django_db


def soup(client: Client, path: str) -> BeautifulSoup:
    response = client.get(path)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def meta(page: BeautifulSoup) -> dict[str, str]:
    """property or name -> content."""
    return {
        str(tag.get("property") or tag.get("name")): str(tag["content"])
        for tag in page.find_all("meta", content=True)
    }


@pytest.fixture
def feed() -> FeedPage:
    """A feed page of one channel with one and a half screenfuls of posts."""
    channel = ChannelFactory()
    set_state(channel, last_success_at=START)
    for number in range(PAGE_SIZE + PAGE_SIZE // 2):
        PostFactory(channel=channel, title=f"Post {number}", published_at=START - timedelta(minutes=number))
    return make_feed_page([channel], introduction="Everything, newest first.")


def test_the_feed_is_walked_by_links(client: Client, feed: FeedPage) -> None:
    page = soup(client, feed.url)
    assert [h.text for h in page.find_all("h1")] == [feed.title]
    assert len(page.find_all("article")) == PAGE_SIZE
    assert page.select(".esm-fresh")
    assert page.find("a", string="Newest posts") is None
    older = page.find("a", rel="next")
    assert older is not None
    assert page.find("link", rel="next")["href"] == older["href"]  # type: ignore[index]
    below = soup(client, feed.url + older["href"])  # type: ignore[operator]
    assert len(below.find_all("article")) == PAGE_SIZE // 2
    assert below.find("link", rel="canonical")["href"] == feed.full_url + older["href"]  # type: ignore[index, operator]
    assert below.find("a", rel="prev")
    assert below.find("a", string="Newest posts")["href"] == "?"  # type: ignore[index]


@pytest.mark.parametrize(
    "query", ["?before=x", "?after=", "?before=%00", "?after=1-99999999999999999999", "?before=" + "9" * 3000]
)
def test_wrong_places_show_the_newest_posts(client: Client, feed: FeedPage, query: str) -> None:
    assert soup(client, feed.url + query).article.h2.text == "Post 0"  # type: ignore[union-attr]


def test_a_feed_without_posts_says_so(client: Client) -> None:
    page = make_feed_page([ChannelFactory()])
    assert "Nobody has posted here yet." in soup(client, page.url).text
    assert "There are no older posts." in soup(client, f"{page.url}?before=1-1").text


def test_a_post_has_an_address_of_its_own(client: Client, feed: FeedPage) -> None:
    post = Post.objects.get(title="Post 3")
    link = soup(client, feed.url).find("a", string="Post 3")
    assert link is not None
    page = soup(client, str(link["href"]))
    assert page.h1.text == "Post 3"  # type: ignore[union-attr]
    tags = meta(page)
    url = f"{feed.full_url}post/{post.pk}/"
    assert page.find("link", rel="canonical")["href"] == url  # type: ignore[index]
    assert (tags["og:type"], tags["og:title"], tags["og:url"]) == ("article", "Post 3", url)
    assert tags["og:description"] == tags["description"] == post.text
    assert datetime.fromisoformat(tags["article:published_time"]) == post.published_at
    assert page.title.text.startswith("Post 3 ·")  # type: ignore[union-attr]


def test_hostile_words_do_not_leave_their_tags(client: Client) -> None:
    evil = '"><script>alert(1)</script>'
    post = PostFactory(title=evil, text=evil, author__name=evil)
    feed = make_feed_page([post.channel])
    page = soup(client, f"{feed.url}post/{post.pk}/")
    assert page.script is None
    assert meta(page)["og:title"] == evil
    assert meta(page)["og:description"] == evil


@pytest.mark.parametrize("audience", [Audience.NOBODY, Audience.SIGNED_IN])
def test_a_post_out_of_reach_and_one_that_never_was_look_the_same(client: Client, audience: str) -> None:
    post = PostFactory(channel=ChannelFactory(audience=audience), title="Secret")
    feed = make_feed_page([post.channel])
    closed, missing = client.get(f"{feed.url}post/{post.pk}/"), client.get(f"{feed.url}post/{10**6}/")
    assert closed.status_code == missing.status_code == 404
    words = {" ".join(BeautifulSoup(r.content, "html.parser").get_text().split()) for r in (closed, missing)}
    assert len(words) == 1
    assert client.get(f"{feed.url}post/{10**40}/").status_code == 404


def test_a_post_of_a_channel_the_page_does_not_show_is_not_there(client: Client, feed: FeedPage) -> None:
    other = PostFactory()
    assert client.get(f"{feed.url}post/{other.pk}/").status_code == 404


def test_a_hidden_post_is_not_there(client: Client, feed: FeedPage) -> None:
    Post.objects.filter(title="Post 3").update(is_shown=False)
    post = Post.objects.get(title="Post 3")
    assert client.get(f"{feed.url}post/{post.pk}/").status_code == 404


def test_queries_of_the_feed_do_not_grow_with_posts(
    client: Client, feed: FeedPage, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    bare = make_hub_page(slug="bare")
    client.get(bare.url)
    with django_assert_max_num_queries(40) as without:
        client.get(bare.url)
    with django_assert_max_num_queries(len(without) + 6):
        client.get(feed.url)


def test_the_editors_preview_shows_closed_channels_and_unsaved_choices(rf: Any) -> None:
    post = PostFactory(channel=ChannelFactory(audience=Audience.NOBODY), title="Secret")
    feed = make_feed_page([])
    feed.feed_channels = [FeedPageChannel(channel=post.channel)]
    for user, seen in ((UserFactory(permissions=["view_post"]), True), (UserFactory(), False)):
        request = rf.get("/", HTTP_HOST="localhost")
        request.user, request.is_preview = user, True
        response = feed.serve_preview(request, "")
        assert ("Secret" in response.render().content.decode()) == seen


def test_a_hub_shows_its_columns_in_order(client: Client) -> None:
    channel = ChannelFactory()
    PostFactory(channel=channel)
    hub = make_hub_page(
        {"type": "heading", "value": {"text": "Part one"}},
        feed_block([channel]),
        aside=({"type": "paragraph", "value": {"text": "<p>Beside</p>"}},),
        introduction="Hello",
    )
    page = soup(client, hub.url)
    assert [h.text for h in page.find_all(["h1", "h2"])] == ["Hub", "Part one", "Conversations"]
    assert "Beside" in page.aside.text  # type: ignore[union-attr]
    assert soup(client, make_hub_page(slug="bare").url).aside is None


def test_pages_need_no_script_and_no_style_of_their_own(client: Client, feed: FeedPage) -> None:
    hub = make_hub_page(feed_block([Post.objects.first().channel], layout="cards"))  # type: ignore[union-attr]
    for path in (hub.url, feed.url, f"{feed.url}post/{Post.objects.first().pk}/"):  # type: ignore[union-attr]
        page = soup(client, path)
        assert page.main is not None
        assert page.main.find_all(["script", "style", "img", "iframe"]) == []
        assert page.main.find_all(style=True) == []


def test_a_site_may_use_the_mixins_with_a_base_page_of_its_own() -> None:
    from django.db import models
    from wagtail.models import Page

    from esm_portal.pages.mixins import FeedPageMixin, HubPageMixin

    for mixin in (HubPageMixin, FeedPageMixin):
        assert mixin._meta.abstract
        assert not issubclass(mixin, Page)
        assert issubclass(mixin, models.Model)
