"""The site that the page bench reads: made inside a process of the example site."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, Site

from esm_portal.models import Account, Audience, Channel, Post
from esm_portal.pages.models import HubPage

START = datetime(2026, 11, 1, tzinfo=UTC)
WORDS = "<p>The refill counter served 218 people before noon, and the queue talked to each other.</p>"


def make_channels(account: Account, channels: int, posts: int) -> list[int]:
    """Ids of new channels, each with ``posts`` posts."""
    made = [
        Channel.objects.create(
            account=account, external_id=f"{channels}-{n}", name=f"Channel {n}", audience=Audience.EVERYONE
        )
        for n in range(channels)
    ]
    Post.objects.bulk_create(
        (
            Post(
                channel=channel,
                external_id=str(n),
                title=f"Post {n}",
                clean_html=WORDS * 3,
                text=WORDS[3:-4] * 3,
                url=f"https://blog.example/{n}",
                published_at=START + timedelta(minutes=n),
                synced_at=START,
                content_hash="",
            )
            for channel in made
            for n in range(posts)
        ),
        batch_size=500,
    )
    return [channel.pk for channel in made]


def make_page(home: Page, slug: str, channels: list[int]) -> None:
    """A hub page with one block over ``channels``, or without any."""
    value = {
        "heading": "Conversations",
        "channels": channels,
        "limit": 20,
        "layout": "list",
        "more_page": None,
    }
    body = [("post_feed", {**value, "more_label": "", "empty_text": ""})] if channels else []
    home.add_child(instance=HubPage(title=slug, slug=slug, body=body))


def queries(path: str, client: Client) -> int:
    """How many queries the page asks."""
    with CaptureQueriesContext(connection) as captured:
        response = client.get(path)
    assert response.status_code == 200
    return len(captured)


def build() -> dict[str, Any]:
    """Make the pages; returns the queries of each case and a cookie of a signed-in reader."""
    home = Page.objects.get(depth=2)
    Site.objects.update(root_page=home)
    account = Account.objects.create(provider="feeds", name="Bench")
    few, many = make_channels(account, 5, 200), make_channels(account, 50, 200)
    for slug, channels in (("with", few), ("without", []), ("small", few[:1]), ("large", many)):
        make_page(home, slug, channels)
    client = Client()
    client.get("/without/")
    bare = queries("/without/", client)
    measured: dict[str, Any] = {"bare": bare}
    for name in ("small", "large"):
        cache.clear()
        client.get("/without/")
        measured[f"cold_{name}"] = queries(f"/{name}/", client) - bare
    client.get("/with/")
    measured["warm"] = queries("/with/", client) - bare
    reader = get_user_model().objects.create_user("reader", password="reader")
    client.force_login(reader)
    measured["cookie"] = (
        f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    )
    return measured
