"""The main job on real input: a Trac's timeline is found, read over HTTP, stored and seen in Chromium."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import feedparser
import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from esm_portal.models import Channel, Post, SyncRun
from esm_portal.sync.engine import sync_channel
from tests.browser.trac import Trac, trac_server
from tests.conftest import unavailable
from tests.factories import AccountFactory, feed_block, make_feed_page, make_hub_page
from tests.services import MissingServiceError

pytestmark = pytest.mark.trac


@pytest.fixture
def trac(tmp_path: Path, settings: Any) -> Iterator[Trac]:
    try:
        with trac_server(tmp_path) as server:
            # A person names the host once; until then an address on this machine is refused.
            settings.ESM_PORTAL = {"TRUSTED_HOSTS": [server.url.removeprefix("http://")]}
            yield server
    except MissingServiceError as missing:
        unavailable(str(missing))


@pytest.fixture
def channel(trac: Trac, transactional_db: None) -> Channel:
    """The timeline as an administrator adds it: an account, the address of Trac's timeline page, a choice."""
    account = AccountFactory(name="Formulation wiki")
    found = json.loads(command("esm_channels", "discover", str(account.pk), f"{trac.url}/timeline", "--json"))
    assert len(found) == 1
    assert "Formulation wiki" in found[0]["name"]
    assert found[0]["external_id"].startswith(f"{trac.url}/timeline?")
    command("esm_channels", "add", str(account.pk), found[0]["external_id"], "--audience", "everyone")
    return Channel.objects.get()


def command(*arguments: str) -> str:
    output = StringIO()
    call_command(*arguments, stdout=output)
    return output.getvalue()


def entries(channel: Channel) -> list[str]:
    """What Trac says its timeline holds, read by other code than ours."""
    parsed = feedparser.parse(channel.external_id)
    assert not parsed.bozo
    return [entry.id for entry in parsed.entries]


def shown(page: Page) -> list[str]:
    return page.locator("article h2, article h3, article h4").all_inner_texts()


def test_a_wiki_shows_on_the_portal_and_stays_when_trac_is_gone(
    trac: Trac, channel: Channel, page: Page
) -> None:
    trac.write("ColdProcess", "Emulsify at 38 °C. <script>alert(1)</script>", comment="First notes")
    hub = make_hub_page(feed_block([channel], limit=10))
    feed = make_feed_page([channel])
    first = sync_channel(channel.pk)

    assert first.outcome == SyncRun.Outcome.SUCCESS, first.message
    assert set(Post.objects.values_list("external_id", flat=True)) == set(entries(channel))
    page.goto(hub.url)
    newest = page.get_by_role("link", name="ColdProcess created")
    expect(newest).to_be_visible()
    expect(page.locator("article").filter(has=newest)).to_contain_text("First notes")
    assert page.locator("article").count() == 10

    # Trac tells edits apart by the second.
    time.sleep(1.1)
    trac.write("ColdProcess", "Emulsify at 41 °C.", comment="Warmer in Jakarta")
    known = Post.objects.count()
    second = sync_channel(channel.pk)

    assert (second.outcome, second.created) == (SyncRun.Outcome.SUCCESS, 1)
    assert Post.objects.count() == known + 1
    page.goto(hub.url)
    expect(page.get_by_role("link", name="ColdProcess edited")).to_have_count(1)
    expect(page.get_by_role("link", name="ColdProcess created")).to_have_count(1)

    third = sync_channel(channel.pk)
    assert (third.created, third.updated) == (0, 0)
    assert Post.objects.count() == known + 1

    before = {address: seen(page, address) for address in (hub.url, feed.url)}
    trac.stop()
    failed = sync_channel(channel.pk)

    assert failed.outcome == SyncRun.Outcome.FAILED
    assert failed.error_kind == "retryable"
    assert failed.message.endswith(".")
    assert "Traceback" not in failed.message
    assert "Errno" not in failed.message
    assert Post.objects.count() == known + 1
    assert {address: seen(page, address) for address in before} == before


def seen(page: Page, address: str) -> list[str]:
    """Headings of the posts on a page that has to answer."""
    response = page.goto(address)
    assert response
    assert response.status == 200
    headings = shown(page)
    assert headings
    return headings
