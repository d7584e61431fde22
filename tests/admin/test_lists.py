"""The lists through their addresses: nothing but what a list offers reaches the database."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from esm_portal.models import Account, SyncRun
from tests.admin.fakes import make_channel, make_post, make_user

LISTS = {
    "social_accounts_modeladmin_index": "view_account",
    "social_channels_modeladmin_index": "view_channel",
    "social_posts_modeladmin_index": "view_post",
    "social_runs_modeladmin_index": "view_syncrun",
}
PROBES = [
    {"channel__account__encrypted_credentials__startswith": "gAAA"},
    {"account__encrypted_credentials__startswith": "zzz"},
    {"encrypted_credentials__startswith": "zzz"},
    {"requested_by__password__startswith": "zzz"},
    {"audience_groups__user__password__startswith": "zzz"},
    {"name__startswith": "zzz"},
    {"no_such_field": "1"},
    {"pk__in": "a"},
    {"created_at__year": "x"},
    {"o": "99"},
    {"p": "-3"},
    {"p": "9999"},
    {"q": "\0"},
    {"channel": "x"},
    {"is_active__exact": "maybe"},
    {"outcome__exact": "no such outcome"},
    {"export": "csv"},
    {"e": "1"},
]


def rows(client: Client, name: str, query: dict[str, str] | None = None) -> int:
    response = client.get(reverse(name), query)
    assert response.status_code == 200
    return len(BeautifulSoup(response.content, "html.parser").select("tr[data-object-pk]"))


@pytest.fixture
def _rows(db: None) -> None:
    channel = make_channel("News")
    make_post(channel)
    SyncRun.objects.create(channel=channel, trigger="person", requested_by=make_user())


@pytest.mark.usefixtures("_rows")
@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: next(iter(probe)))
@pytest.mark.parametrize(("name", "permission"), LISTS.items())
def test_a_probe_tells_nothing_and_breaks_nothing(
    as_user: Callable[..., Client], name: str, permission: str, probe: dict[str, str]
) -> None:
    assert rows(as_user(permission), name, probe) == 1


@pytest.mark.usefixtures("_rows")
def test_the_person_is_told_that_something_was_left_out(as_user: Callable[..., Client]) -> None:
    client = as_user("view_post")
    response = client.get(reverse("social_posts_modeladmin_index"), {"channel__name": "News"})
    assert "is left out" in response.text
    assert "is left out" not in client.get(reverse("social_posts_modeladmin_index")).text


@pytest.mark.django_db
def test_what_a_list_offers_works(as_user: Callable[..., Client]) -> None:
    news = make_channel("News")
    make_channel("Wiki", is_active=False)
    make_post(news, 1)
    make_post(make_channel("Forum"), 2, kind="question")
    client = as_user("view_channel", "view_post")
    channels, posts = "social_channels_modeladmin_index", "social_posts_modeladmin_index"
    assert rows(client, channels) == 3
    assert rows(client, channels, {"is_active__exact": "0"}) == 1
    assert rows(client, channels, {"q": "wik"}) == 1
    assert rows(client, channels, {"o": "-0"}) == 3
    assert rows(client, channels, {"audience__exact": "everyone"}) == 0
    assert rows(client, posts, {"kind__exact": "question"}) == 1
    assert rows(client, posts, {"channel": str(news.pk)}) == 1
    assert rows(client, posts, {"channel": "999999"}) == 0


@pytest.mark.django_db
def test_filters_stay_few_with_many_channels(
    as_user: Callable[..., Client], django_assert_max_num_queries: Callable[..., object]
) -> None:
    for number in range(60):
        make_post(make_channel(f"Channel {number}"))
    client = as_user("view_post", "view_channel")
    for name in ("social_posts_modeladmin_index", "social_channels_modeladmin_index"):
        with django_assert_max_num_queries(25):  # type: ignore[operator]
            response = client.get(reverse(name))
        soup = BeautifulSoup(response.content, "html.parser")
        assert len(soup.select("tr[data-object-pk]")) == 50
        assert len(soup.select(".changelist-filter a")) < 20


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["edit/abc/", "edit/99999999999999999999999/", "edit/999/", "history/999/"])
def test_an_address_that_leads_nowhere_is_not_found(as_user: Callable[..., Client], path: str) -> None:
    assert as_user("change_channel").get(f"/admin/social/channels/{path}").status_code == 404


@pytest.mark.django_db
def test_history_asks_for_permission(as_user: Callable[..., Client]) -> None:
    address = reverse("social_accounts_modeladmin_history", args=[Account.objects.create(name="A").pk])
    assert as_user("view_post").get(address).status_code == 302
    assert as_user("view_account").get(address).status_code == 200


@pytest.mark.django_db
def test_posts_and_runs_have_no_address_that_changes_them() -> None:
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    post = make_post(make_channel())
    for kind in ("posts", "runs"):
        for action in ("create/", f"edit/{post.pk}/", f"delete/{post.pk}/"):
            assert client.get(f"/admin/social/{kind}/{action}").status_code == 404
    page = client.get(reverse("social_posts_modeladmin_index"))
    buttons = [a.text.strip() for a in BeautifulSoup(page.content, "html.parser").select("ul.actions a")]
    assert buttons == ["Inspect"]
