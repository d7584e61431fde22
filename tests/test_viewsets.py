from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from esm_portal.models import Audience
from esm_portal.viewsets import post_chooser_viewset
from tests.factories import (
    START,
    AccountFactory,
    AuthorFactory,
    ChannelFactory,
    PostFactory,
    UserFactory,
    set_state,
)

pytestmark = pytest.mark.django_db


def editor(*permissions: str) -> Client:
    """A client signed in as somebody who may use the admin and has ``permissions``."""
    user = UserFactory(permissions=permissions)
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client = Client()
    client.force_login(user)
    return client


def listing(client: Client, kind: str, **query: Any) -> BeautifulSoup:
    response = client.get(reverse(f"esm_{kind}_chooser:choose_results"), query)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def names(page: BeautifulSoup) -> list[str]:
    return [link.text.strip() for link in page.select("a[data-chooser-modal-choice]")]


def test_channels_are_listed_with_source_audience_and_health() -> None:
    good = ChannelFactory(
        name="Good", account=AccountFactory(name="Company blogs"), audience=Audience.SIGNED_IN
    )
    set_state(good, last_success_at=START)
    bad = ChannelFactory(name="Bad")
    set_state(bad, failures=3)
    page = listing(editor("view_post"), "channel")
    rows = {row.find("a").text.strip(): " ".join(row.text.split()) for row in page.select("tbody tr")}  # type: ignore[union-attr]
    assert "Company blogs" in rows["Good"]
    assert "Everyone who is signed in" in rows["Good"]
    assert "2026" in rows["Good"]
    assert "Never" in rows["Bad"]


def test_an_editor_without_permission_finds_open_channels_only() -> None:
    ChannelFactory(name="Open")
    closed = ChannelFactory(name="Project Falcon", audience=Audience.NOBODY)
    client = editor()
    assert names(listing(client, "channel")) == ["Open"]
    assert client.get(reverse("esm_channel_chooser:chosen", args=[closed.pk])).status_code == 404
    assert names(listing(editor("view_post"), "channel")) == ["Open", "Project Falcon"]


def test_posts_are_for_people_who_may_view_them() -> None:
    post = PostFactory(title="A title")
    hidden = PostFactory(title="Hidden", is_shown=False)
    assert names(listing(editor(), "post")) == []
    viewer = editor("view_post")
    assert names(listing(viewer, "post")) == ["A title"]
    chosen = reverse("esm_post_chooser:chosen", args=[post.pk])
    assert editor().get(chosen).status_code == 404
    assert viewer.get(chosen).json()["result"]["title"] == "A title"
    assert viewer.get(reverse("esm_post_chooser:chosen", args=[hidden.pk])).status_code == 404
    assert viewer.get(reverse("esm_post_chooser:chosen", args=["x"])).status_code == 404


def test_several_are_chosen_in_the_order_of_choice_without_those_out_of_reach() -> None:
    one, two = ChannelFactory(), ChannelFactory()
    closed = ChannelFactory(audience=Audience.NOBODY)
    ids = [two.pk, closed.pk, "x", one.pk]
    response = editor().get(reverse("esm_channel_chooser:chosen_multiple"), {"id": ids})
    assert [item["id"] for item in response.json()["result"]] == [str(two.pk), str(one.pk)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("wax", ["Sticks and wax"]),
        ("NAKAMURA", ["Sticks and wax"]),
        ("nakamura jakarta", ["Sticks and wax"]),
        ("nakamura recife", []),
        ("%", []),
        ("  ", ["Other", "Sticks and wax"]),
    ],
)
def test_posts_are_found_by_title_text_and_author(query: str, found: list[str]) -> None:
    channel = ChannelFactory()
    author = AuthorFactory(account=channel.account, name="Aiko Nakamura")
    PostFactory(channel=channel, title="Sticks and wax", text="They soften in Jakarta.", author=author)
    PostFactory(title="Other", text="Nothing", author=None)
    assert sorted(names(listing(editor("view_post"), "post", q=query))) == found


def test_channels_are_found_by_name_account_and_address() -> None:
    ChannelFactory(name="Plants", account=AccountFactory(name="Company blogs"), url="https://plants.example/")
    ChannelFactory(name="Forum")
    client = editor()
    for query in ("plant", "blogs", "plants.example"):
        assert names(listing(client, "channel", q=query)) == ["Plants"]


def test_hostile_names_stay_words() -> None:
    ChannelFactory(name="<script>x</script>")
    PostFactory(title="<img src=x onerror=y>", channel__name="<script>x</script>", author__name="<b>x</b>")
    for kind in ("channel", "post"):
        page = listing(editor("view_post"), kind)
        assert page.script is None
        assert page.img is None


def test_the_choosers_open_and_are_closed_to_readers() -> None:
    ChannelFactory(name="A channel")
    for kind in ("channel", "post"):
        url = reverse(f"esm_{kind}_chooser:choose")
        assert editor("view_post").get(url).json()["step"] == "choose"
        assert Client().get(url).status_code == 302


def test_a_chosen_post_of_a_closed_channel_does_not_tell_its_title() -> None:
    closed = PostFactory(title="HIDDENTITLE", channel=ChannelFactory(name="Board", audience=Audience.NOBODY))
    opened = PostFactory(title="Open title", channel=ChannelFactory(audience=Audience.SIGNED_IN))
    widget = post_chooser_viewset.widget_class()

    assert widget.get_value_data(closed.pk)["title"] == "A post of “Board”"
    assert widget.get_value_data(opened.pk)["title"] == "Open title"


@pytest.mark.parametrize("digits", ["9" * 30, "9" * 5000, "٣"])
@pytest.mark.parametrize("kind", ["channel", "post"])
def test_a_key_no_database_holds_is_not_found(kind: str, digits: str) -> None:
    client = editor("view_post")
    assert client.get(reverse(f"esm_{kind}_chooser:chosen", args=[digits])).status_code == 404
    many = client.get(reverse(f"esm_{kind}_chooser:chosen_multiple"), {"id": digits})
    assert many.status_code == 200
