"""The demo portal's pages, logins and frame."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.test import Client, override_settings
from django.utils import timezone
from wagtail.models import Page, Site

from esm_portal.models import Account, Audience, Author, Channel, ChannelState, Post
from esm_portal.pages.models import FeedPage, HubPage
from esm_portal.signals import posts_synced
from example_site.portal.demo_data import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture
def portal(django_capture_on_commit_callbacks: Callable[..., Any]) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        call_command("load_demo")


def soup(client: Client, path: str = "/") -> BeautifulSoup:
    response = client.get(path)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def rows() -> dict[str, int]:
    models = (Page, Site, Account, Channel, get_user_model())
    return {model.__name__: model._default_manager.count() for model in models}


def add_post(channel: Channel, author: Author | None = None, title: str = "A post") -> Post:
    now = timezone.now()
    return Post.objects.create(
        channel=channel,
        external_id=title,
        title=title,
        author=author,
        published_at=now,
        synced_at=now,
        content_hash="-",
    )


def test_the_hub_is_the_home_page_and_reads_three_channels(portal: None, client: Client) -> None:
    page = soup(client)
    assert page.h1 is not None
    assert page.h1.text == HubPage.objects.get().title
    assert [link.text for link in page.select(".site-nav a")] == ["Hub", "Conversations"]
    assert page.select_one(".site-nav a[aria-current]").text == "Hub"  # type: ignore[union-attr]
    assert set(Channel.objects.values_list("name", "audience")) == {
        ("Stories", Audience.EVERYONE),
        ("Know-how", Audience.EVERYONE),
        ("Questions and thanks", Audience.SIGNED_IN),
    }
    assert soup(client, "/conversations/").h1.text == "Conversations"  # type: ignore[union-attr]


def test_loading_again_changes_nothing_an_editor_has_made_their_own(portal: None, client: Client) -> None:
    before = rows()
    hub, feed = HubPage.objects.get(), FeedPage.objects.get()
    hub.title, hub.body = "Our own words", []
    hub.save_revision().publish()
    feed.delete()
    Channel.objects.filter(name="Stories").update(name="Our blog", audience=Audience.NOBODY)
    editor = get_user_model().objects.get(username="editor")
    editor.set_password("changed")
    editor.save()

    call_command("load_demo")

    assert rows() == {**before, "Page": before["Page"] - 1}
    assert HubPage.objects.get().title == "Our own words"
    assert Channel.objects.get(name="Our blog").audience == Audience.NOBODY
    assert client.login(username="editor", password="changed")


def test_channels_and_links_follow_when_the_ports_change() -> None:
    with override_settings(DEMO_FEEDS_PORT=9123, DEMO_PORT=9124):
        call_command("load_demo")
    assert Site.objects.get().root_url == "http://127.0.0.1:9124"
    with override_settings(DEMO_FEEDS_PORT=9125, DEMO_PORT=9126):
        call_command("load_demo")
    assert Site.objects.get().root_url == "http://127.0.0.1:9126"
    addresses = Channel.objects.values_list("external_id", flat=True)
    assert len(addresses) == 3
    assert all(address.startswith("http://127.0.0.1:9125/") for address in addresses)


def test_the_forum_appears_after_signing_in_on_the_site_itself(portal: None, client: Client) -> None:
    add_post(Channel.objects.get(name="Stories"), title="For everyone")
    add_post(Channel.objects.get(name="Questions and thanks"), title="For colleagues")
    page = soup(client)
    assert "For everyone" in page.text
    assert "For colleagues" not in page.text
    link = page.select_one(".account a")
    assert link is not None
    response = client.post(str(link["href"]), {"username": "editor", "password": PASSWORD, "next": "/"})
    assert response.headers["Location"] == "/"
    page = soup(client)
    assert "For colleagues" in page.text
    assert client.post("/sign-out/").headers["Location"] == "/"
    assert "For colleagues" not in soup(client).text


def test_a_wrong_password_is_said_without_saying_what_was_wrong(portal: None, client: Client) -> None:
    response = client.post("/sign-in/", {"username": "editor", "password": "no"})
    alert = BeautifulSoup(response.content, "html.parser").find(role="alert")
    assert alert is not None
    assert "do not match" in alert.text


def test_the_editor_can_publish_pages_and_read_channels_now_but_not_change_users(portal: None) -> None:
    editor = get_user_model().objects.get(username="editor")
    assert editor.has_perm("wagtailadmin.access_admin")
    assert HubPage.objects.get().permissions_for_user(editor).can_publish()
    for permission in ("add_channel", "change_channel", "sync_channel", "view_post"):
        assert editor.has_perm(f"esm_portal.{permission}")
    assert not editor.has_perm("auth.change_user")
    assert not editor.has_perm("esm_portal.change_account")


def test_the_editor_opens_hub_and_channels_in_the_admin(portal: None, client: Client) -> None:
    assert client.login(username="editor", password=PASSWORD)
    assert client.get("/admin/").status_code == 200
    assert client.get(f"/admin/pages/{HubPage.objects.get().pk}/edit/").status_code == 200


@pytest.mark.parametrize("path", ["/", "/conversations/", "/sign-in/"])
def test_pages_load_from_this_host_only_and_hold_no_inline_code(
    portal: None, client: Client, path: str
) -> None:
    response = client.get(path)
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]
    page = BeautifulSoup(response.content, "html.parser")
    assert not page.select("style, script:not([src]), [style], [onclick], [onload]")
    assert not page.select("[src^='http'], link[rel=stylesheet][href^='http']")


def test_the_admin_keeps_its_own_rules(portal: None, client: Client) -> None:
    assert client.login(username="admin", password=PASSWORD)
    assert "Content-Security-Policy" not in client.get("/admin/").headers


def test_an_address_without_a_page_says_so_in_the_sites_own_frame(portal: None, client: Client) -> None:
    response = client.get("/nothing/")
    assert response.status_code == 404
    page = BeautifulSoup(response.content, "html.parser")
    assert page.select_one(".site-nav a")
    assert page.h1 is not None
    assert page.h1.text == "There is nothing here"


def test_a_fault_is_answered_with_a_page_of_its_own(portal: None) -> None:
    client = Client(raise_request_exception=False)
    with override_settings(ROOT_URLCONF="tests.example_site.no_urls"):
        response = client.get("/")
    assert response.status_code == 500
    assert b"could not be shown" in response.content


def test_arabic_is_read_from_right_to_left(portal: None, client: Client) -> None:
    assert soup(client).html["dir"] == "ltr"  # type: ignore[index]
    response = client.post("/language/setlang/", {"language": "ar", "next": "/"})
    assert response.headers["Location"] == "/"
    page = soup(client)
    assert page.html["dir"] == "rtl"  # type: ignore[index]
    current = page.select_one(".languages [aria-current]")
    assert current is not None
    assert current["lang"] == "ar"
    assert page.select_one(".account a").text == "تسجيل الدخول"  # type: ignore[union-attr]


def test_the_directory_says_what_authors_do_and_where(portal: None) -> None:
    channel = Channel.objects.get(name="Stories")
    known, unknown = (
        Author.objects.create(account=channel.account, external_id=name, name=name)
        for name in ("Aiko Nakamura", "Nobody Known")
    )
    posts = [add_post(channel, known, "1"), add_post(channel, unknown, "2")]
    version = ChannelState.objects.get(channel=channel).version

    posts_synced.send(Channel, channel_id=channel.pk, created=[post.pk for post in posts], updated=[])

    known.refresh_from_db()
    unknown.refresh_from_db()
    assert (known.job_title, known.country) == ("Formulation lead", "Japan")
    assert unknown.job_title == ""
    assert ChannelState.objects.get(channel=channel).version > version
