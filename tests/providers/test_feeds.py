from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from esm_portal.exceptions import ChannelUnavailable, PayloadError, ProviderError, ServiceUnavailable
from esm_portal.http import HTTPClient, HTTPResponse
from esm_portal.providers.base import AccountData
from esm_portal.providers.feed_reading.json_feed import JSONEntry
from esm_portal.providers.feeds import BATCH_SIZE, MAX_PAGES, FeedsProvider
from esm_portal.types import Batch, ChannelData, Cursor
from tests.http_server import Server, answer, redirect, serve

DATA = Path(__file__).parents[1] / "data/feeds"
FEED = "https://news.example/feed"
CHANNEL = ChannelData(external_id=FEED)


class FakeHTTP:
    """Answers from a table, and remembers what was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, HTTPResponse | ProviderError] = {}
        self.asked: list[tuple[str, Mapping[str, str], str]] = []

    def add(
        self, url: str, content: bytes | str = b"", *, status: int = 200, moved_to: str = "", **headers: str
    ) -> None:
        self.answers[url] = HTTPResponse(
            status=status,
            url=moved_to or url,
            moved_to=moved_to,
            headers={name.replace("_", "-"): value for name, value in headers.items()},
            content=content.encode() if isinstance(content, str) else content,
        )

    def get(self, url: str, *, headers: Mapping[str, str] | None = None, named_by: str = "") -> HTTPResponse:
        self.asked.append((url, headers or {}, named_by))
        found = self.answers.get(url, ChannelUnavailable("Nothing there.", status_code=404))
        if isinstance(found, ProviderError):
            raise found
        return found


@pytest.fixture
def http() -> FakeHTTP:
    return FakeHTTP()


@pytest.fixture
def provider(http: FakeHTTP) -> FeedsProvider:
    return FeedsProvider(AccountData(key="1"), http)  # type: ignore[arg-type]


def rss(count: int, head: str = "") -> str:
    items = (
        f"<item><guid isPermaLink='false'>{n}</guid><title>Entry {n}</title></item>" for n in range(count)
    )
    return f'<rss version="2.0"><channel><title>News</title>{head}{"".join(items)}</channel></rss>'


def json_feed(*ids: str, next_url: str = "") -> str:
    items = [{"id": ident, "title": f"Entry {ident}"} for ident in ids]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items, "next_url": next_url})


def ids(batches: list[Batch]) -> list[str]:
    return [post.external_id for batch in batches for post in batch.posts]


def last_cursor(batches: list[Batch]) -> Cursor:
    cursor = batches[-1].cursor
    assert cursor is not None
    return cursor


class TestConditionalRequests:
    def test_validators_are_remembered_and_sent_verbatim(self, http, provider):
        http.add(FEED, rss(1), etag='W/"a"', last_modified="Thu, 19 Nov 2026 10:00:00 GMT")
        cursor = last_cursor(list(provider.iter_batches(CHANNEL, None)))
        http.add(FEED, status=304)
        list(provider.iter_batches(CHANNEL, cursor))
        _url, headers, _named_by = http.asked[-1]
        assert headers["If-None-Match"] == 'W/"a"'
        assert headers["If-Modified-Since"] == "Thu, 19 Nov 2026 10:00:00 GMT"

    def test_not_modified_is_one_empty_batch_that_keeps_the_cursor(self, http, provider):
        http.add(FEED, rss(1, "<ttl>60</ttl>"), etag='"a"')
        first = list(provider.iter_batches(CHANNEL, None))
        http.add(FEED, status=304)
        (batch,) = provider.iter_batches(CHANNEL, last_cursor(first))
        assert (batch.posts, batch.cursor) == ((), None)
        assert batch.wish == first[0].wish == timedelta(hours=1)

    def test_validators_the_server_no_longer_sends_are_forgotten(self, http, provider):
        http.add(FEED, rss(1), etag='"a"')
        cursor = last_cursor(list(provider.iter_batches(CHANNEL, None)))
        http.add(FEED, rss(2))
        assert "etag" not in last_cursor(list(provider.iter_batches(CHANNEL, cursor)))

    def test_a_feed_that_broke_off_is_asked_for_again(self, http, provider):
        http.add(FEED, rss(2).removesuffix("</item></channel></rss>"), etag='"a"')
        batches = list(provider.iter_batches(CHANNEL, None))
        assert ids(batches) == ["0"]
        assert len(batches[0].skipped) == 1
        assert "etag" not in last_cursor(batches)

    def test_a_channel_with_another_address_starts_afresh(self, http, provider):
        http.add(FEED, rss(1), etag='"a"')
        cursor = last_cursor(list(provider.iter_batches(CHANNEL, None)))
        http.add("https://other.example/feed", rss(1))
        list(provider.iter_batches(ChannelData(external_id="https://other.example/feed"), cursor))
        assert "If-None-Match" not in http.asked[-1][1]


class TestMovedFeeds:
    NEW = "https://new.example/feed"

    @pytest.fixture
    def cursor(self, http, provider) -> Cursor:
        http.add(FEED, rss(1), moved_to=self.NEW, etag='"a"')
        return last_cursor(list(provider.iter_batches(CHANNEL, None)))

    def test_a_permanent_address_is_remembered(self, http, provider, cursor):
        http.add(self.NEW, rss(2), etag='"b"')
        again = last_cursor(list(provider.iter_batches(CHANNEL, cursor)))
        assert http.asked[-1][0] == self.NEW
        assert again["url"] == self.NEW

    def test_the_new_host_gets_no_more_trust_than_a_redirect(self, http, provider, cursor):
        http.add(self.NEW, rss(1))
        list(provider.iter_batches(CHANNEL, cursor))
        assert http.asked[-1][2] == FEED

    def test_it_may_move_once_more(self, http, provider, cursor):
        newest = "https://newest.example/feed"
        http.add(self.NEW, rss(1), moved_to=newest)
        assert last_cursor(list(provider.iter_batches(CHANNEL, cursor)))["url"] == newest

    def test_a_move_is_remembered_also_when_nothing_changed(self, http, provider, cursor):
        newest = "https://newest.example/feed"
        http.add(self.NEW, status=304, moved_to=newest)
        (batch,) = provider.iter_batches(CHANNEL, cursor)
        assert batch.cursor == {**cursor, "url": newest}

    def test_when_the_new_address_is_gone_the_configured_one_counts(self, http, provider, cursor):
        http.add(FEED, rss(3), etag='"c"')
        batches = list(provider.iter_batches(CHANNEL, cursor))
        assert ids(batches) == ["0", "1", "2"]
        assert "If-None-Match" not in http.asked[-1][1]
        assert "url" not in last_cursor(batches)

    def test_when_both_are_gone_that_is_an_error(self, http, provider, cursor):
        del http.answers[FEED]
        with pytest.raises(ChannelUnavailable):
            list(provider.iter_batches(CHANNEL, cursor))


class TestBatches:
    def test_a_long_feed_comes_in_parts_and_only_the_last_moves_the_cursor(self, http, provider):
        http.add(FEED, rss(2 * BATCH_SIZE + 1))
        batches = list(provider.iter_batches(CHANNEL, None))
        assert [len(batch.posts) for batch in batches] == [BATCH_SIZE, BATCH_SIZE, 1]
        assert [batch.cursor is None for batch in batches] == [True, True, False]
        assert {batch.total for batch in batches} == {2 * BATCH_SIZE + 1}

    def test_ids_are_the_same_when_a_run_that_stopped_in_the_middle_is_repeated(self, http, provider):
        http.add(
            FEED,
            rss(BATCH_SIZE).replace("</channel></rss>", "") + rss(BATCH_SIZE).partition("News</title>")[2],
        )
        first = next(iter(provider.iter_batches(CHANNEL, None)))
        again = list(provider.iter_batches(CHANNEL, None))
        assert ids(again)[: len(first.posts)] == ids([first])
        assert len(set(ids(again))) == len(ids(again))

    def test_an_empty_feed_is_one_empty_batch(self, http, provider):
        http.add(FEED, (DATA / "rss2_empty_channel.xml").read_bytes(), etag='"a"')
        (batch,) = provider.iter_batches(CHANNEL, None)
        assert batch.posts == ()
        assert last_cursor([batch])["etag"] == '"a"'

    def test_an_entry_that_cannot_be_read_costs_itself_only(self, http, provider):
        http.add(FEED, json_feed("1", "2").replace('"title": "Entry 2"', '"title": ""'))
        (batch,) = provider.iter_batches(CHANNEL, None)
        assert ids([batch]) == ["1"]
        assert [item.external_id for item in batch.skipped] == ["2"]
        assert batch.skipped[0].reason.endswith(".")

    def test_a_value_nobody_thought_of_costs_its_entry_only(self, http, provider, monkeypatch):
        def post(self, external_id):
            return read(self, external_id) if external_id == "1" else int("x")

        read = JSONEntry.post
        monkeypatch.setattr(JSONEntry, "post", post)
        http.add(FEED, json_feed("1", "2"))
        (batch,) = provider.iter_batches(CHANNEL, None)
        assert ids([batch]) == ["1"]
        assert [item.reason for item in batch.skipped] == ["The entry is malformed."]

    def test_when_no_entry_can_be_read_each_says_why(self, http, provider):
        http.add(FEED, json_feed("1", "2").replace("title", "name"))
        (batch,) = provider.iter_batches(CHANNEL, None)
        assert batch.posts == ()
        assert len(batch.skipped) == 2

    def test_the_same_entry_twice_is_named_once(self, http, provider):
        http.add(FEED, json_feed("1", "1"))
        (batch,) = provider.iter_batches(CHANNEL, None)
        assert ids([batch]) == ["1"]
        assert len(batch.skipped) == 1

    def test_shared_guids_keep_their_ids_from_run_to_run(self, http, provider):
        http.add(FEED, (DATA / "rss2_newsroom_after_edit.xml").read_bytes())
        first = list(provider.iter_batches(CHANNEL, None))
        content = (DATA / "rss2_newsroom_after_edit.xml").read_bytes()
        owner_left = content[: content.index(b"<!--item-->")] + b"</channel></rss>"
        http.add(FEED, owner_left)
        again = list(provider.iter_batches(CHANNEL, last_cursor(first)))
        assert set(ids(again)) == set(ids(first)) - {"lbg-news-1002"}


class TestPagesOfJSONFeeds:
    SECOND = f"{FEED}?page=2"

    def test_older_pages_are_read_too(self, http, provider):
        http.add(FEED, json_feed("3", "2", next_url=self.SECOND), etag='"a"')
        http.add(self.SECOND, json_feed("1"), etag='"b"')
        batches = list(provider.iter_batches(CHANNEL, None))
        assert ids(batches) == ["3", "2", "1"]
        assert last_cursor(batches)["etag"] == '"a"'

    def test_pages_that_repeat_end(self, http, provider):
        http.add(FEED, json_feed("2", next_url=self.SECOND))
        http.add(self.SECOND, json_feed("1", next_url=self.SECOND))
        assert ids(list(provider.iter_batches(CHANNEL, None))) == ["2", "1"]

    def test_pages_without_end_end(self, http, provider):
        for number in range(MAX_PAGES * 2):
            http.add(f"{FEED}{number or ''}", json_feed(str(number), next_url=f"{FEED}{number + 1}"))
        assert len(ids(list(provider.iter_batches(CHANNEL, None)))) == MAX_PAGES

    def test_another_host_is_not_followed(self, http, provider):
        http.add(FEED, json_feed("1", next_url="https://elsewhere.example/feed"))
        list(provider.iter_batches(CHANNEL, None))
        assert [url for url, _headers, _named_by in http.asked] == [FEED]


class TestDiscover:
    def test_a_feed_names_itself(self, http, provider):
        http.add(FEED, (DATA / "atom_lab_blog.xml").read_bytes())
        (found,) = provider.discover(FEED)
        assert (found.external_id, found.name, found.language) == (FEED, "Lumière Lab Blog", "en")

    def test_a_page_names_its_feeds_and_they_are_not_fetched(self, http, provider):
        links = (
            '<link rel="alternate" type="application/rss+xml" title="Posts" href="/rss">'
            '<link rel="alternate" type="application/feed+json" title="JSON Feed" href="/json">'
        )
        http.add("https://news.example/", f"<html lang='pl'><head><title>News</title>{links}")
        found = list(provider.discover("https://news.example/"))
        assert [(info.external_id, info.name, info.language) for info in found] == [
            ("https://news.example/rss", "Posts", "pl"),
            ("https://news.example/json", "News", "pl"),
        ]
        assert {info.url for info in found} == {"https://news.example/"}
        assert len(http.asked) == 1

    def test_a_page_without_feeds_says_what_to_do(self, http, provider):
        http.add(FEED, (DATA / "login_page_instead_of_feed.html").read_bytes())
        with pytest.raises(PayloadError, match="enter the address it leads to"):
            provider.discover(FEED)

    def test_an_address_without_scheme_is_tried_with_and_without_tls(self, http, provider):
        http.answers["https://news.example/feed"] = ServiceUnavailable("Nobody there.")
        http.add("http://news.example/feed", rss(1))
        (found,) = provider.discover(" news.example/feed ")
        assert found.external_id == "http://news.example/feed"

    def test_a_feed_that_moved_is_added_with_its_new_address(self, http, provider):
        http.add(FEED, rss(1), moved_to="https://new.example/feed")
        (found,) = provider.discover("feed://news.example/feed")
        assert found.external_id == "https://new.example/feed"

    def test_nothing_is_not_an_address(self, provider):
        with pytest.raises(PayloadError, match="enter the address"):
            provider.discover(" ")


@pytest.mark.parametrize(
    ("credentials", "words"),
    [({}, "no sign-in"), ({"username": "portal"}, "“portal”"), ({"bearer": "secret-token"}, "access token")],
)
def test_the_account_says_who_it_is_and_no_secret(http, credentials, words):
    sentence = FeedsProvider(AccountData(key="1", credentials=credentials), http).test()
    assert words in sentence
    assert "secret-token" not in sentence


@pytest.fixture
def server(settings: Settings) -> Iterator[Server]:
    with serve() as site:
        settings.ESM_PORTAL = {"TRUSTED_HOSTS": [f"127.0.0.1:{site.port}"]}
        yield site


def test_over_real_http_a_moved_feed_is_read_once_and_then_not_again(server: Server):
    def feed(handler):
        known = handler.headers.get("If-None-Match") == 'W/"1"'
        content = (DATA / "rss2_newsroom.xml").read_bytes()
        answer(b"" if known else content, 304 if known else 200, ETag='W/"1"')(handler)

    old, new = server.on("/old", redirect("/new", 301)), server.on("/new", feed)
    with HTTPClient(account_key="1", provider="feeds") as client:
        provider = FeedsProvider(AccountData(key="1"), client)
        first = list(provider.iter_batches(ChannelData(external_id=old), None))
        second = list(provider.iter_batches(ChannelData(external_id=old), last_cursor(first)))
    assert len(ids(first)) == 10
    assert last_cursor(first)["url"] == new
    assert ids(second) == []
    assert server.paths == ["/old", "/new", "/new"]
