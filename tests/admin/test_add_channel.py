"""Add a channel as an editor does: find, try, save; with whatever may go wrong on the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from esm_portal.exceptions import (
    AuthenticationFailed,
    ChannelUnavailable,
    PayloadError,
    PermissionDenied,
    ProviderError,
    ServiceUnavailable,
    UnsafeAddress,
)
from esm_portal.models import Account, Channel, SyncRun
from esm_portal.testing import make_post as post_data
from tests.admin.fakes import FakeFeeds, errors, make_channel
from tests.http_server import answer, serve

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(as_user: Callable[..., Client]) -> Client:
    return as_user("add_channel", "change_channel")


def post(client: Client, **form: str) -> Any:
    return client.post(reverse("social_channels_modeladmin_create"), form)


def hidden(response: Any) -> dict[str, str]:
    """The hidden fields of the form that saves."""
    soup = BeautifulSoup(response.content, "html.parser")
    tokens = {tag["name"]: tag["value"] for tag in soup.select("form input[type=hidden][name]")}
    return {"step": str(tokens["step"]), "candidate": str(tokens["candidate"])}


def words(response: Any) -> str:
    soup = BeautifulSoup(response.content, "html.parser")
    main = soup.select_one(".esm-page")
    assert main
    return " ".join(main.text.split())


def tried(client: Client, name: str = "news") -> dict[str, str]:
    return hidden(post(client, step="find", account="new", address=name))


def test_from_an_address_to_a_channel_that_is_being_read(client: Client, feeds: type[FakeFeeds]) -> None:
    script = feeds.script("news").posts(*(str(number) for number in range(1, 8)))
    script.skip("8", "No date.")
    assert "made for you" in words(client.get(reverse("social_channels_modeladmin_create")))

    shown = post(client, step="find", account="new", address=" news ")
    assert "7 posts can be read." in words(shown)
    listed = [tag.text for tag in BeautifulSoup(shown.content, "html.parser").select(".esm-posts h4")]
    assert listed == ["Title 1", "Title 2", "Title 3", "Title 4", "Title 5"]
    assert "Post 1." in words(shown)
    assert not Account.objects.exists()
    assert not Channel.objects.exists()

    saved = post(client, **hidden(shown), name="Company news", audience="signed_in", language="en")
    channel = Channel.objects.get()
    assert (channel.name, channel.external_id, channel.audience) == ("Company news", "news", "signed_in")
    assert (channel.account.provider, channel.account.name) == ("feeds", "Feeds")
    run = SyncRun.objects.get()
    assert saved["Location"] == reverse("esm_portal_admin:run", args=[run.pk])
    assert run.outcome == "queued"
    assert run.requested_by is not None


def test_it_is_closed_unless_the_editor_chooses(client: Client, feeds: type[FakeFeeds]) -> None:
    feeds.script("news").posts("1")
    shown = post(client, step="find", account="new", address="news")
    soup = BeautifulSoup(shown.content, "html.parser")
    assert [tag["value"] for tag in soup.select("input[name=audience][checked]")] == ["nobody"]


def test_several_feeds_are_offered(client: Client, feeds: type[FakeFeeds]) -> None:
    feeds.script("news").posts("1")
    feeds.script("news comments").posts("2")
    offer = post(client, step="find", account="new", address="news")
    assert "Which one?" in words(offer)
    tokens = [str(tag["value"]) for tag in BeautifulSoup(offer.content, "html.parser").select("[type=radio]")]
    assert len(tokens) == 2
    shown = post(client, step="try", candidate=tokens[1])
    assert "Title 2" in words(shown)
    assert post(client, **hidden(shown), name="C", audience="nobody").status_code == 302
    assert Channel.objects.get().external_id == "news comments"


def test_an_account_that_exists_is_taken(client: Client, feeds: type[FakeFeeds]) -> None:
    account = Account.objects.create(provider="feeds", name="Blogs")
    feeds.script("news").posts("1")
    assert "made for you" not in words(client.get(reverse("social_channels_modeladmin_create")))
    shown = post(client, step="find", account=str(account.pk), address="news")
    post(client, **hidden(shown), name="News", audience="nobody")
    assert Channel.objects.get().account == account


def test_a_taken_account_name_is_no_obstacle(client: Client, feeds: type[FakeFeeds]) -> None:
    Account.objects.create(provider="feeds", name="Feeds", is_active=False)
    feeds.script("news").posts("1")
    post(client, **tried(client), name="News", audience="nobody")
    assert Channel.objects.get().account.name == "Feeds 2"


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (ServiceUnavailable("The service does not answer."), "Try again in a few minutes."),
        (AuthenticationFailed("The service asks for a sign-in."), "Add an account with a sign-in"),
        (PermissionDenied("The service says no."), "Ask IT to allow this address."),
        (UnsafeAddress("This address is refused; IT can list it."), "IT can list it."),
        (ChannelUnavailable("There is no feed here."), "Check the address in your browser."),
        (PayloadError("This is a web page, not a feed."), "not a feed"),
    ],
)
def test_what_went_wrong_is_said_and_what_was_typed_stays(
    client: Client, feeds: type[FakeFeeds], error: ProviderError, sentence: str
) -> None:
    feeds.script("news").error(error)
    response = post(client, step="find", account="new", address="news")
    assert response.status_code == 200
    assert error.message in words(response)
    assert sentence in words(response)
    field = BeautifulSoup(response.content, "html.parser").select_one("input[name=address]")
    assert field
    assert field["value"] == "news"


def test_nothing_found_says_what_to_look_for(client: Client) -> None:
    response = post(client, step="find", account="new", address="https://blog.example")
    assert "No feed was found" in words(response)
    assert "https://blog.example" in response.text


def test_an_empty_channel_can_be_added(client: Client, feeds: type[FakeFeeds]) -> None:
    feeds.script("news").batch()
    assert "holds no posts at the moment" in words(post(client, step="find", account="new", address="news"))
    assert post(client, **tried(client), name="News", audience="nobody").status_code == 302


@pytest.mark.parametrize(
    ("step", "form", "complaint"),
    [
        ("find", {"account": "new", "address": ""}, "required"),
        ("find", {"account": "999", "address": "news"}, "999"),
        ("find", {"account": "new", "address": "x" * 1001}, "1000"),
        ("save", {"name": "", "audience": "nobody"}, "required"),
        ("save", {"name": "News", "audience": "groups"}, "Choose at least one group."),
        ("save", {"name": "News", "audience": ""}, "required"),
        ("save", {"name": "x" * 201, "audience": "nobody"}, "200"),
    ],
)
def test_a_form_with_a_mistake_comes_back(
    client: Client, feeds: type[FakeFeeds], step: str, form: dict[str, str], complaint: str
) -> None:
    feeds.script("news").posts("1")
    typed = (tried(client) if step == "save" else {"step": step}) | form
    response = post(client, **typed)
    assert response.status_code == 200
    assert complaint in errors(response)
    assert not Channel.objects.exists()


def test_groups_are_saved(client: Client, feeds: type[FakeFeeds]) -> None:
    group = Group.objects.create(name="Paris")
    feeds.script("news").posts("1")
    post(client, **tried(client), name="News", audience="groups", audience_groups=str(group.pk))
    assert list(Channel.objects.get().audience_groups.all()) == [group]


def test_a_channel_is_not_added_twice(client: Client, feeds: type[FakeFeeds]) -> None:
    feeds.script("news").posts("1")
    form = tried(client) | {"name": "News", "audience": "nobody"}
    post(client, **form)
    again = post(client, **form)
    assert "already reads this as “News”" in words(again)
    account = Account.objects.get()
    existing = reverse("social_channels_modeladmin_edit", args=[Channel.objects.get().pk])
    assert existing in post(client, step="find", account=str(account.pk), address="news").text
    assert Channel.objects.count() == 1


def test_only_what_was_tried_is_saved(client: Client, feeds: type[FakeFeeds]) -> None:
    """A hand-made form cannot bring in an address that nobody looked at."""
    feeds.script("news").posts("1")
    feeds.script("news 2").posts("1")
    offer = post(client, step="find", account="new", address="news")
    only_found = BeautifulSoup(offer.content, "html.parser").select_one("[type=radio]")
    assert only_found
    for token in ("", "x", "W10:abc:def", str(only_found["value"])):
        response = post(client, step="save", candidate=token, name="News", audience="everyone")
        assert response["Location"] == reverse("social_channels_modeladmin_create")
    assert not Channel.objects.exists()


def test_a_form_that_lay_open_for_days_starts_again(client: Client, feeds: type[FakeFeeds]) -> None:
    feeds.script("news").posts("1")
    form = tried(client)
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        response = post(client, **form, name="News", audience="nobody")
    assert response.status_code == 302
    assert not Channel.objects.exists()


def test_an_address_too_long_to_store_is_refused(client: Client, feeds: type[FakeFeeds]) -> None:
    feeds.script("news" + "x" * 1000).posts("1")
    assert "too long" in words(post(client, step="find", account="new", address="news"))


def test_an_account_switched_off_meanwhile_starts_again(client: Client, feeds: type[FakeFeeds]) -> None:
    account = make_channel("Other").account
    feeds.script("news").posts("1")
    form = hidden(post(client, step="find", account=str(account.pk), address="news"))
    Account.objects.update(is_active=False)
    assert post(client, **form, name="News", audience="nobody").status_code == 302
    assert Channel.objects.count() == 1


def test_stored_sign_ins_that_cannot_be_read_are_explained(client: Client, settings: Any) -> None:
    account = Account(provider="feeds", name="Blogs")
    account.credentials = {"username": "reader"}
    account.save()
    settings.SECRET_KEY = "another"
    client.force_login(User.objects.get())  # the session was signed with the former key
    response = post(client, step="find", account=str(account.pk), address="news")
    assert "not set up for this" in words(response)


def test_what_a_post_says_is_text(client: Client, feeds: type[FakeFeeds]) -> None:
    feeds.script("news").batch(post_data("1", title="<script>alert(1)</script>"))
    response = post(client, step="find", account="new", address="news")
    assert "<script>alert(1)</script>" not in response.text


RSS = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>Lab news</title><language>en</language>
<item><guid>1</guid><title>Refill stations</title><pubDate>Mon, 02 Mar 2026 10:00:00 GMT</pubDate>
<description>&lt;p onclick="x()"&gt;We &lt;b&gt;learned&lt;/b&gt; a lot.&lt;/p&gt;</description>
</item></channel></rss>"""
PAGE = b"""<html><head><title>Lab</title>
<link rel="alternate" type="application/rss+xml" title="Lab news" href="/feed"></head></html>"""


def test_a_real_page_that_names_its_feed(client: Client, settings: Any) -> None:
    with serve() as site:
        settings.ESM_PORTAL = {"TRUSTED_HOSTS": [f"127.0.0.1:{site.port}"]}
        page = site.on("/", answer(PAGE, Content_Type="text/html"))
        feed = site.on("/feed", answer(RSS, Content_Type="application/rss+xml"))
        shown = post(client, step="find", account="new", address=page)
        assert site.paths == ["/", "/feed"]
        assert "1 post can be read." in words(shown)
        assert "Refill stations 2 Mar 2026" in words(shown)
        assert "We learned a lot." in words(shown)
        asked = len(site.requests)
        assert post(client, **hidden(shown), name="Lab news", audience="nobody").status_code == 302
        assert len(site.requests) == asked  # the worker reads it, not this request
    assert Channel.objects.get().external_id == feed


def test_looking_at_the_form_asks_no_other_server(client: Client, settings: Any) -> None:
    with serve() as site:
        settings.ESM_PORTAL = {"TRUSTED_HOSTS": [f"127.0.0.1:{site.port}"]}
        query = {"step": "find", "account": "new", "address": site.url("/")}
        assert client.get(reverse("social_channels_modeladmin_create"), query).status_code == 200
        assert site.connections == 0


def test_a_chosen_feed_that_does_not_answer_leads_back(client: Client, feeds: type[FakeFeeds]) -> None:
    feeds.script("news").posts("1")
    feeds.script("news comments").error(ServiceUnavailable("The service does not answer."))
    offer = BeautifulSoup(post(client, step="find", account="new", address="news").content, "html.parser")
    tokens = [str(tag["value"]) for tag in offer.select("[type=radio]")]
    response = post(client, step="try", candidate=tokens[1])
    assert "The service does not answer." in words(response)
    assert 'value="news comments"' in response.text
    assert post(client, step="try", candidate="made up").status_code == 302


def test_two_editors_at_once_add_one_channel(
    client: Client, feeds: type[FakeFeeds], monkeypatch: pytest.MonkeyPatch
) -> None:
    feeds.script("news").posts("1")
    form = tried(client) | {"name": "News", "audience": "nobody"}
    post(client, **form)
    # The other editor's look into the database came a moment before this channel was there.
    monkeypatch.setattr("esm_portal.admin.add_channel.refuse_unfit", lambda account, candidate: None)
    assert "Somebody has just added this channel." in words(post(client, **form))
    assert (Channel.objects.count(), SyncRun.objects.count()) == (1, 1)
