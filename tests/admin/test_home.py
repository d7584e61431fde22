from __future__ import annotations

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from tests.admin.fakes import healthy, make_channel

pytestmark = pytest.mark.django_db
IN_NEED = {
    "next_sync_at": None,
    "failures": 1,
    "error_kind": "credential",
    "error_message": "Sign-in expired.",
}


def panel(client: Client) -> str:
    soup = BeautifulSoup(client.get(reverse("wagtailadmin_home")).content, "html.parser")
    found = soup.select_one("#esm-portal-needs-person-section, #esm-portal-needs-person")
    return " ".join(found.text.split()) if found else ""


def test_what_needs_a_person_is_on_the_first_page(as_user: Callable[..., Client]) -> None:
    make_channel("News", state=healthy(**IN_NEED))
    text = panel(as_user("view_channel"))
    assert "News: Needs a person." in text
    assert "Sign-in expired." in text


def test_it_is_only_for_those_who_may_see_channels(as_user: Callable[..., Client]) -> None:
    make_channel("News", state=healthy(**IN_NEED))
    assert panel(as_user("view_post")) == ""


def test_it_is_not_there_when_all_is_well(as_user: Callable[..., Client]) -> None:
    make_channel("News", state=healthy(failures=1, error_kind="retryable"))
    make_channel("Off", is_active=False, state=healthy(**IN_NEED))
    assert panel(as_user("view_channel")) == ""


def test_many_are_counted(as_user: Callable[..., Client]) -> None:
    for number in range(8):
        make_channel(f"Channel {number}", state=healthy(**IN_NEED))
    text = panel(as_user("view_channel"))
    assert text.count("Needs a person.") == 5
    assert "And 3 more." in text
