"""Who sees what, through every public address of these pages, with cold and with warm caches."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from esm_portal.audience import audience_sentence
from esm_portal.models import Audience, Channel, Post
from tests.factories import (
    ChannelFactory,
    GroupFactory,
    PostFactory,
    UserFactory,
    feed_block,
    make_feed_page,
    make_hub_page,
)

pytestmark = pytest.mark.django_db
MARKER = "Zebra-7741"


@pytest.fixture
def members() -> Group:
    group: Group = GroupFactory(name="Lab")
    return group


@pytest.fixture
def closed(members: Group) -> Channel:
    channel: Channel = ChannelFactory(groups=[members], name="Closed lab")
    return channel


@pytest.fixture
def secret(closed: Channel) -> Post:
    post: Post = PostFactory(channel=closed, title=f"{MARKER} title", text=f"{MARKER} text")
    return post


@pytest.fixture
def paths(closed: Channel, secret: Post) -> list[str]:
    """Every public address that could show the post."""
    open_post = PostFactory(channel=ChannelFactory(name="Open"), title="For all")
    feed = make_feed_page([closed, open_post.channel])
    hub = make_hub_page(
        feed_block([closed, open_post.channel], more_page=feed.pk),
        feed_block([closed], layout="cards"),
        {"type": "post", "value": {"post": secret.pk}},
        aside=(feed_block([closed]),),
    )
    return [
        hub.url,
        feed.url,
        f"{feed.url}?before=9999999999999999-1",
        f"{feed.url}?after=1-1",
        f"{feed.url}post/{secret.pk}/",
    ]


def client_of(user: Any = None) -> Client:
    client = Client()
    if user:
        client.force_login(user)
    return client


def shows(client: Client, path: str) -> bool:
    response = client.get(path)
    assert response.status_code in (200, 404), path
    return MARKER in response.content.decode()


@pytest.mark.parametrize("warm", [False, True], ids=["cold", "warmed by a member"])
def test_only_members_find_the_marker(paths: list[str], members: Group, warm: bool) -> None:
    member, outsider = client_of(UserFactory(groups=[members])), client_of(UserFactory())
    editor = client_of(UserFactory(permissions=["view_post", "change_post"]))
    for path in paths:
        if warm:
            assert shows(member, path), path
        assert not shows(Client(), path), path
        assert not shows(outsider, path), path
        # A page looks to editors as it does to other readers; their preview is another matter.
        assert not shows(editor, path), path
        assert shows(member, path), path
        assert not shows(outsider, path), path


def test_a_person_who_leaves_the_group_sees_nothing_on_the_next_request(
    paths: list[str], members: Group
) -> None:
    person = UserFactory(groups=[members])
    client = client_of(person)
    assert all(shows(client, path) for path in paths)
    person.groups.clear()
    assert not any(shows(client, path) for path in paths)


def test_closing_a_channel_works_on_the_next_request(
    paths: list[str], members: Group, closed: Channel
) -> None:
    client = client_of(UserFactory(groups=[members]))
    assert all(shows(client, path) for path in paths)
    closed.audience = Audience.NOBODY
    closed.save()
    assert not any(shows(client, path) for path in paths)


def test_a_hidden_post_is_gone_with_the_next_version(paths: list[str], members: Group, secret: Post) -> None:
    client = client_of(UserFactory(groups=[members]))
    assert all(shows(client, path) for path in paths)
    Post.objects.filter(pk=secret.pk).update(is_shown=False)
    secret.channel.save()
    assert not any(shows(client, path) for path in paths)


def test_the_name_of_a_closed_channel_stays_inside(paths: list[str]) -> None:
    assert all("Closed lab" not in Client().get(path).content.decode() for path in paths)


def test_no_shared_cache_on_the_way_may_keep_a_page(paths: list[str]) -> None:
    for path in paths[:4]:
        response = Client().get(path)
        assert "private" in response["Cache-Control"]
        assert "Cookie" in response["Vary"]


@pytest.mark.parametrize(
    ("audience", "words"),
    [
        (Audience.EVERYONE, "Everyone sees"),
        (Audience.SIGNED_IN, "signed in sees"),
        (Audience.GROUPS, "no group is chosen"),
        (Audience.NOBODY, "Nobody sees"),
    ],
)
def test_the_audience_is_a_sentence(audience: str, words: str) -> None:
    assert words in audience_sentence(ChannelFactory(audience=audience))


def test_the_sentence_names_the_groups(closed: Channel) -> None:
    assert audience_sentence(closed) == "Members of Lab see its posts."


def test_a_preview_writes_nothing_others_could_see(
    closed: Channel, secret: Post, monkeypatch: pytest.MonkeyPatch, rf: Any
) -> None:
    hub = make_hub_page(feed_block([closed]))
    written: list[Any] = []
    monkeypatch.setattr("esm_portal.cache.rendered", lambda *args: written.append(args))
    request = rf.get("/")
    request.user = UserFactory(permissions=["view_post"])
    request.is_preview = True
    assert MARKER in hub.body[0].render({"request": request})
    assert written == []
