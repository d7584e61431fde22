from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from esm_portal.models import Channel, SyncRun
from tests.admin.fakes import healthy, make_channel

pytestmark = pytest.mark.django_db


@pytest.fixture
def channel() -> Channel:
    return make_channel("News", state=healthy())


def progress(client: Client, channel: Channel, **fields: Any) -> tuple[Any, BeautifulSoup]:
    run = SyncRun.objects.create(channel=channel, trigger="person", **fields)
    response = client.get(reverse("esm_portal_admin:run", args=[run.pk]))
    return response, BeautifulSoup(response.content, "html.parser")


def test_sync_now_asks_first_and_reads_once(as_user: Callable[..., Client], channel: Channel) -> None:
    client = as_user("sync_channel")
    address = reverse("esm_portal_admin:sync", args=[channel.pk])
    assert "Read “News” now?" in client.get(address).text
    assert not SyncRun.objects.exists()
    response = client.post(address)
    again = client.post(address)
    run = SyncRun.objects.get()
    assert response["Location"] == again["Location"] == reverse("esm_portal_admin:run", args=[run.pk])
    assert (run.trigger, run.channel) == ("person", channel)


@pytest.mark.parametrize("off", ["channel", "account"])
def test_what_is_switched_off_is_not_read(as_user: Callable[..., Client], channel: Channel, off: str) -> None:
    row = channel if off == "channel" else channel.account
    row.is_active = False
    row.save()
    response = as_user("sync_channel").post(reverse("esm_portal_admin:sync", args=[channel.pk]), follow=True)
    assert "is switched off" in response.text
    assert not SyncRun.objects.exists()


@pytest.mark.parametrize("pk", ["999", "99999999999999999999999"])
def test_a_row_that_is_not_there_is_not_found(as_user: Callable[..., Client], pk: str) -> None:
    client = as_user("sync_channel")
    assert client.post(f"/admin/social/channels/{pk}/sync/").status_code == 404
    assert client.get(f"/admin/social/runs/{pk}/progress/").status_code == 404


def test_a_run_shows_how_far_it_is(as_user: Callable[..., Client], channel: Channel) -> None:
    counts = {"created": 20, "updated": 5, "unchanged": 10, "skipped": 5, "total": 100}
    response, soup = progress(as_user("view_syncrun"), channel, outcome="running", **counts)
    assert response["Refresh"] == "2"
    bar = soup.select_one("progress")
    assert bar
    assert (bar["value"], bar["max"]) == ("40", "100")
    assert "40 of 100 posts" in soup.text


def test_an_unknown_total_is_no_number(as_user: Callable[..., Client], channel: Channel) -> None:
    _response, soup = progress(as_user("view_syncrun"), channel, outcome="running", created=3)
    bar = soup.select_one("progress")
    assert bar
    assert not bar.has_attr("value")
    assert "3 posts so far" in soup.text


def test_more_than_expected_never_passes_the_end(as_user: Callable[..., Client], channel: Channel) -> None:
    _response, soup = progress(as_user("view_syncrun"), channel, outcome="running", created=12, total=10)
    bar = soup.select_one("progress")
    assert bar
    assert (bar["value"], bar["max"]) == ("12", "12")


def test_a_run_nobody_takes_asks_for_a_worker(as_user: Callable[..., Client], channel: Channel) -> None:
    client = as_user("view_syncrun")
    _response, soup = progress(client, channel)
    assert "esm_worker" not in soup.text
    address = reverse("esm_portal_admin:run", args=[SyncRun.objects.get().pk])
    with time_machine.travel(timezone.now() + timedelta(seconds=11), tick=False):
        response = client.get(address)
    assert "No worker seems to run" in response.text
    assert "python manage.py esm_worker" in response.text
    assert response["Refresh"] == "2"


def test_a_run_that_is_over_stays_still(as_user: Callable[..., Client], channel: Channel) -> None:
    client = as_user("view_syncrun", "view_post", "change_channel")
    response, soup = progress(client, channel, outcome="success", created=7, message="7 new posts.")
    assert "Refresh" not in response
    assert not soup.select("progress")
    assert "7 new posts." in soup.text
    assert "Nobody sees its posts yet" in soup.text
    assert len(soup.select(".esm-actions a")) == 3


def test_a_failed_run_says_what_to_do(as_user: Callable[..., Client], channel: Channel) -> None:
    fields = {
        "error_kind": "unavailable",
        "message": "The address answers “not found”.",
        "detail": "HTTP 404 <b>",
    }
    _response, soup = progress(as_user("view_syncrun"), channel, outcome="failed", **fields)
    assert "not found" in soup.text
    assert "Check the channel's address." in soup.text
    detail = soup.select_one("details pre")
    assert detail
    assert detail.text == "HTTP 404 <b>"
