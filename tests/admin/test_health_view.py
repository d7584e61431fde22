from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from esm_portal.models import Account, Channel, ChannelState
from tests.admin.fakes import healthy, make_channel, make_post

pytestmark = pytest.mark.django_db


def page(client: Client, **query: str) -> BeautifulSoup:
    response = client.get(reverse("esm_portal_admin:health"), query)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def lines(soup: BeautifulSoup) -> list[str]:
    return [" ".join(tag.get_text(" ").split()) for tag in soup.select(".esm-health__line")]


def test_a_channel_in_trouble_in_plain_words(as_user: Callable[..., Client]) -> None:
    state = healthy(
        next_sync_at=None,
        failures=3,
        error_kind="credential",
        error_message="The service asks for a sign-in.",
    )
    make_post(make_channel("News", state=state))
    make_channel("Wiki", audience="everyone", state=healthy())
    soup = page(as_user("view_channel"))
    news, wiki = lines(soup)
    for words in (
        "Needs a person",
        "The service asks for a sign-in.",
        "What to do: Ask IT to renew the sign-in",
        "Failures in a row 3",
        "Next try none planned",
        "Posts stored 1",
    ):
        assert words in news
    assert "Fresh" in wiki
    assert "1 of 2 channels need attention" in soup.text
    assert len(soup.select(".esm-state svg")) == 2  # a sign beside each word


def test_buttons_are_for_those_who_may_press_them(as_user: Callable[..., Client]) -> None:
    channel = make_channel(state={"next_sync_at": None, "error_kind": "unavailable", "failures": 1})
    make_channel("Off", is_active=False)
    address = reverse("esm_portal_admin:sync", args=[channel.pk])
    assert not page(as_user("view_channel")).select(f'form[action="{address}"]')
    forms = page(as_user("sync_channel")).select("form[action*=sync]")
    assert [form["action"] for form in forms] == [address]
    assert [form["method"] for form in forms] == ["post"]
    assert forms[0].select("input[name=csrfmiddlewaretoken]")


def test_links_lead_only_where_the_person_may_go(as_user: Callable[..., Client]) -> None:
    make_channel(state=healthy())
    outside = page(as_user("view_channel")).select(".esm-health__line a")
    assert not outside
    inside = page(as_user("change_channel", "view_post")).select(".esm-health__line a")
    assert len(inside) == 2


def _many(count: int, name: str = "Channel") -> None:
    account, _created = Account.objects.get_or_create(provider="feeds", name="Many")
    channels = Channel.objects.bulk_create(
        Channel(account=account, name=f"{name} {number:03}", external_id=f"{name} {number}")
        for number in range(count)
    )
    ChannelState.objects.bulk_create(ChannelState(channel=channel, **healthy()) for channel in channels)


def test_three_hundred_channels_cost_what_three_cost(
    as_user: Callable[..., Client], django_assert_max_num_queries: Any
) -> None:
    client = as_user("view_channel", "sync_channel", "change_channel", "view_post")
    page(client)  # fills what Wagtail remembers
    _many(3)
    with django_assert_max_num_queries(30) as few:
        page(client)
    _many(297, "More")
    with django_assert_max_num_queries(len(few)):
        soup = page(client)
    assert len(lines(soup)) == 50
    assert "Page 1 of 6" in " ".join(soup.text.split())


def test_trouble_on_the_last_page_comes_to_the_first(as_user: Callable[..., Client]) -> None:
    _many(60)
    make_channel("zzz", state=healthy(failures=1, error_kind="retryable"))
    assert "zzz" in lines(page(as_user("view_channel")))[0]


@pytest.mark.parametrize(
    ("query", "names"),
    [("wik", ["Wiki"]), ("blogs", ["News", "Wiki"]), ("\0", ["News", "Wiki"]), ("none", [])],
)
def test_search(as_user: Callable[..., Client], query: str, names: list[str]) -> None:
    make_channel("News", state=healthy())
    make_channel("Wiki", state=healthy())
    soup = page(as_user("view_channel"), q=query)
    assert [tag.text.strip() for tag in soup.select(".esm-health__line h2")] == names


@pytest.mark.parametrize("number", ["-1", "abc", "999", "0"])
def test_a_page_that_is_not_there_shows_one_that_is(as_user: Callable[..., Client], number: str) -> None:
    make_channel(state=healthy())
    assert len(lines(page(as_user("view_channel"), p=number))) == 1


def test_all_is_well(as_user: Callable[..., Client]) -> None:
    make_channel(audience="everyone", state=healthy())
    assert "All channels are well." in page(as_user("view_channel")).text


def test_without_channels_the_page_says_so(as_user: Callable[..., Client]) -> None:
    assert "There are no channels to display." in page(as_user("view_channel")).text
