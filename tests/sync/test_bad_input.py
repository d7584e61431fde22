"""What a feed may do wrong, through the real HTTP gate, provider, engine and page.

Each ends with a run whose message a comms editor understands; stored posts stay; the page answers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from pytest_django import Settings

from esm_portal.models import Account, Audience, Channel, Post, SyncRun
from esm_portal.sync.engine import sync_channel
from tests.factories import feed_block, make_hub_page
from tests.http_server import Behaviour, Server, answer, drip, flood, redirect, serve

pytestmark = pytest.mark.django_db

LOGIN = (
    b'<!DOCTYPE html><html><head><title>Sign in</title></head><body><form method="post"></form></body></html>'
)
LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><rss version="2.0"><channel><title>&c;</title></channel></rss>"""
EXTERNAL = b"""<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<rss version="2.0"><channel><title>x</title><item><guid>1</guid><title>&x;</title></item></channel></rss>"""
#: Words of ours that no editor should have to read.
JARGON = re.compile(r"Traceback|Error\b|Exception|None\b|<class|0x[0-9a-f]|errno", re.IGNORECASE)


def rss(*items: str) -> bytes:
    head = '<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>'
    return f"{head}{''.join(items)}</channel></rss>".encode()


def item(guid: object, title: str = "", date: str = "Mon, 02 Nov 2026 10:00:00 GMT", link: str = "") -> str:
    link = link or f"https://blog.example/{guid}"
    title = title or f"Title {guid}"
    return (
        f"<item><guid>{guid}</guid><title>{title}</title><link>{link}</link><pubDate>{date}</pubDate>"
        f"<description>Body of {title}</description></item>"
    )


GOOD = answer(rss(item("first"), item("second")), Content_Type="application/rss+xml")


@pytest.fixture
def server(settings: Settings) -> Iterator[Server]:
    with serve() as site:
        settings.ESM_PORTAL = {
            "TRUSTED_HOSTS": [f"127.0.0.1:{site.port}"],
            "HTTP_TOTAL_TIMEOUT": 2,
            "HTTP_READ_TIMEOUT": 1,
        }
        yield site


@pytest.fixture
def channel(server: Server) -> Channel:
    """A channel with two stored posts."""
    account = Account.objects.create(provider="feeds", name="Blogs")
    channel = Channel.objects.create(
        account=account, external_id=server.on("/feed", GOOD), name="News", audience=Audience.EVERYONE
    )
    assert sync_channel(channel.pk).outcome == SyncRun.Outcome.SUCCESS
    return channel


@pytest.fixture
def resync(channel: Channel, server: Server) -> Callable[[Behaviour], SyncRun]:
    def run(behaviour: Behaviour) -> SyncRun:
        server.on("/feed", behaviour)
        return sync_channel(channel.pk)

    return run


def titles() -> set[str]:
    return set(Post.objects.values_list("title", flat=True))


FLOOD = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Length: 300000000\r\n\r\n"
DRIP = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Length: 100000\r\n\r\n"

BROKEN = {
    "not XML": answer(b"\x89PNG\r\n\x1a\n....", Content_Type="image/png"),
    "words": answer(b"It works", Content_Type="text/plain"),
    "an HTML login page": answer(LOGIN, Content_Type="text/html"),
    "an empty body": answer(b"", Content_Type="application/rss+xml"),
    "billion laughs": answer(LAUGHS, Content_Type="application/xml"),
    "an external entity": answer(EXTERNAL, Content_Type="application/xml"),
    "300 MB": flood(FLOOD, b"<item>" * 20_000, 2_500),
    "one byte a second": drip(DRIP, b"<", pause=0.3),
    "a redirect loop": redirect("/feed"),
    "a redirect to a metadata address": redirect("http://169.254.169.254/latest/meta-data/"),
    "a redirect to another loopback port": redirect("http://127.0.0.1:1/feed"),
    "JSON that is no feed": answer(b'{"error": "no"}', Content_Type="application/json"),
    "truncated JSON": answer(
        b'{"version": "https://jsonfeed.org/version/1.1", "items": [', Content_Type="application/feed+json"
    ),
    "404": answer(b"", status=404),
    "410": answer(b"", status=410),
    "401": answer(b"", status=401),
    "403": answer(b"", status=403),
    "429": answer(b"", status=429, Retry_After="30"),
    "503 maintenance page": answer(b"<html>down</html>", status=503, Content_Type="text/html"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_answer_costs_the_attempt_only(
    name: str, resync: Callable[[Behaviour], SyncRun], client: Client, channel: Channel
) -> None:
    hub = make_hub_page(feed_block([channel]))

    run = resync(BROKEN[name])

    assert run.outcome == SyncRun.Outcome.FAILED
    assert run.message.endswith(".")
    assert not JARGON.search(run.message), run.message
    assert titles() == {"Title first", "Title second"}
    response = client.get(hub.url)
    assert response.status_code == 200
    assert b"Title first" in response.content
    if name != "429":
        assert resync(GOOD).outcome == SyncRun.Outcome.SUCCESS


def test_an_address_that_does_not_answer_costs_the_attempt_only(channel: Channel) -> None:
    Channel.objects.update(external_id="http://nowhere.invalid/feed")

    run = sync_channel(channel.pk)

    assert run.outcome == SyncRun.Outcome.FAILED
    assert "nowhere.invalid" in run.message
    assert titles() == {"Title first", "Title second"}


def test_a_truncated_document_gives_the_entries_that_are_whole(
    resync: Callable[[Behaviour], SyncRun],
) -> None:
    document = rss(item("third"), item("fourth"))
    run = resync(
        answer(document[: document.index(b"Body of Title fourth")], Content_Type="application/rss+xml")
    )

    assert run.outcome == SyncRun.Outcome.SUCCESS
    assert "Title third" in titles()


def test_a_wrong_charset_is_read_as_it_was_meant(resync: Callable[[Behaviour], SyncRun]) -> None:
    body = rss(item("third", title="Crème brûlée")).decode().encode("windows-1252")
    run = resync(answer(body, Content_Type="application/rss+xml; charset=utf-8"))

    assert run.outcome == SyncRun.Outcome.SUCCESS
    assert "Crème brûlée" in titles()


@pytest.mark.parametrize("year", ["1601", "2999"])
def test_a_date_that_cannot_be_right_is_the_day_it_was_first_seen(
    year: str, resync: Callable[[Behaviour], SyncRun]
) -> None:
    run = resync(answer(rss(item("third", date=f"Mon, 02 Nov {year} 10:00:00 GMT"))))

    post = Post.objects.get(title="Title third")
    assert run.started_at
    assert abs((post.published_at - run.started_at).total_seconds()) < 60


def test_ten_thousand_entries_are_stored_in_batches(resync: Callable[[Behaviour], SyncRun]) -> None:
    run = resync(answer(rss(*(item(number) for number in range(10_000)))))

    assert (run.outcome, run.created, run.total) == (SyncRun.Outcome.SUCCESS, 10_000, 10_000)
    assert run.batches > 1


def test_ids_that_collide_lose_nothing_and_stay_who_they_are(
    resync: Callable[[Behaviour], SyncRun],
) -> None:
    same = [item("same", title=f"Same {n}", link=f"https://blog.example/same/{n}") for n in (3, 2, 1)]
    resync(answer(rss(*same)))
    run = resync(answer(rss(*same[:2])))

    assert run.created == 0
    assert sorted(title for title in titles() if title.startswith("Same")) == ["Same 1", "Same 2", "Same 3"]
