"""The example company's own sites: real feeds over HTTP that gain entries."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import feedparser
import pytest
from bs4 import BeautifulSoup

from example_site.sandbox.pool import Source, load_people, load_sources
from example_site.sandbox.server import Sandbox, SandboxServer
from example_site.sandbox.stream import Stream

START = datetime(2026, 3, 2, 9, 30, 12, 345678, tzinfo=UTC)


class Clock:
    """Time that moves when told to."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **delta: float) -> None:
        self.now += timedelta(**delta)


@pytest.fixture(scope="session")
def sources() -> tuple[Source, ...]:
    return load_sources()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def stream(sources: tuple[Source, ...], clock: Clock) -> Stream:
    return Stream(sources, clock=clock)


@pytest.fixture
def base(sources: tuple[Source, ...], stream: Stream) -> Iterator[str]:
    with SandboxServer(Sandbox(sources, stream), 0) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def everything(stream: Stream) -> list[tuple[str, str, datetime]]:
    return [
        (key, item.slug, item.published_at)
        for key in ("blog", "wiki", "forum")
        for item in stream.published(key)
    ]


def body(url: str, **headers: str) -> bytes:
    with urlopen(Request(url, headers=headers)) as response:
        data: bytes = response.read()
        return gzip.decompress(data) if response.headers["Content-Encoding"] == "gzip" else data


def test_the_texts_come_from_29_countries_in_many_languages(sources: tuple[Source, ...]) -> None:
    assert len({person.country for person in load_people().values()}) == 29
    writers = {entry.author.key for source in sources for entry in source.entries}
    assert writers == set(load_people())
    languages = {entry.lang for source in sources for entry in source.entries}
    assert languages >= {"en", "fr", "de", "es", "ja", "ar", "pt", "hi"}
    for source in sources:
        slugs = [entry.slug for entry in source.entries]
        assert len(slugs) == len(set(slugs))


def test_there_are_sixty_entries_of_the_past_weeks_at_the_start(stream: Stream) -> None:
    found = everything(stream)
    assert len(found) == 60
    oldest, newest = min(at for *_, at in found), max(at for *_, at in found)
    assert timedelta(weeks=3) < START - oldest < timedelta(weeks=4)
    assert START - newest < timedelta(minutes=5)


def test_an_entry_arrives_about_every_twenty_seconds(stream: Stream, clock: Clock) -> None:
    before = everything(stream)
    clock.forward(seconds=15)
    assert everything(stream) == before
    clock.forward(seconds=45)
    assert len(everything(stream)) - len(before) in (2, 3)
    clock.forward(minutes=4)
    grown = everything(stream)
    assert 12 <= len(grown) - len(before) <= 17
    assert {key for key, *_ in set(grown) - set(before)} == {"blog", "wiki", "forum"}
    assert set(before) <= set(grown)


def test_the_same_seed_and_clock_give_the_same_stream(sources: tuple[Source, ...]) -> None:
    first, second = Clock(), Clock()
    one, two = Stream(sources, clock=first), Stream(sources, clock=second)
    first.forward(minutes=10)
    assert everything(one) != everything(two)
    second.forward(minutes=4)
    everything(two)
    second.forward(minutes=6)
    assert everything(one) == everything(two)


def test_it_never_runs_dry_and_slows_down_when_texts_come_round_again(stream: Stream, clock: Clock) -> None:
    clock.forward(hours=1)
    everything(stream)
    clock.forward(hours=12)
    before = len(everything(stream))
    clock.forward(hours=1)
    found = everything(stream)
    assert 9 <= len(found) - before <= 15
    assert len({(key, slug) for key, slug, _at in found}) == len(found)


def test_a_restart_keeps_what_was_published_and_goes_on_from_there(
    sources: tuple[Source, ...], clock: Clock, tmp_path: Path
) -> None:
    state = tmp_path / "deep" / "published.json"
    stream = Stream(sources, clock=clock, state=state)
    clock.forward(minutes=3)
    before = everything(stream)
    clock.forward(days=2)
    again = Stream(sources, clock=clock, state=state)
    assert everything(again) == before
    clock.forward(seconds=50)
    assert len(everything(again)) - len(before) in (2, 3)


@pytest.mark.parametrize("path", ["blog/feed.xml", "wiki/changes.atom", "forum/feed.json"])
def test_each_feed_is_read_without_complaint_and_in_full(base: str, stream: Stream, path: str) -> None:
    published = stream.published(path.split("/", maxsplit=1)[0])
    text = body(f"{base}/{path}")
    entries = _entries(text)
    assert [entry["id"] for entry in entries] == [
        f"tag:lumiere.example,{item.published_at.year}:{item.source}/{item.slug}" for item in published
    ]
    for entry, item in zip(entries, published, strict=True):
        assert entry["author"] == item.entry.author.name
        assert entry["language"] == item.entry.lang
        assert entry["at"] == item.published_at
        assert entry["topics"] == list(item.entry.topics)
        assert entry["url"] == f"{base}/{item.source}/{item.slug}/"
        assert entry["title"] == item.entry.title
        assert entry["html"].startswith("<p>")


def _entries(text: bytes) -> list[dict[str, object]]:
    """What a reader of feeds sees, whatever the format."""
    if text.startswith(b"{"):
        feed = json.loads(text)
        assert feed["version"] == "https://jsonfeed.org/version/1.1"
        return [
            {
                "id": item["id"],
                "author": item["authors"][0]["name"],
                "language": item["language"],
                "at": datetime.fromisoformat(item["date_published"]),
                "topics": item["tags"],
                "url": item["url"],
                "title": item.get("title", ""),
                "html": item["content_html"],
            }
            for item in feed["items"]
        ]
    parsed = feedparser.parse(text)
    assert not parsed.bozo
    assert parsed.version in ("rss20", "atom10")
    return [
        {
            "id": entry.id,
            "author": entry.author,
            "language": entry.get("language") or entry.content[0].language,
            "at": datetime(*entry.published_parsed[:6], tzinfo=UTC),
            "topics": [tag.term for tag in entry.tags],
            "url": entry.link,
            "title": entry.title,
            "html": entry.content[0].value,
        }
        for entry in parsed.entries
    ]


@pytest.mark.parametrize("path", ["blog/feed.xml", "wiki/changes.atom"])
def test_enclosures_lead_to_files_of_the_size_and_type_that_was_said(base: str, path: str) -> None:
    parsed = feedparser.parse(body(f"{base}/{path}"))
    enclosures = [enclosure for entry in parsed.entries for enclosure in entry.get("enclosures", [])]
    assert enclosures
    for enclosure in enclosures:
        data = body(enclosure.href)
        assert len(data) == int(enclosure.length)
        assert data.startswith({"image/png": b"\x89PNG\r\n", "application/pdf": b"%PDF-"}[enclosure.type])


def test_an_unchanged_feed_answers_304_until_there_is_something_new(base: str, clock: Clock) -> None:
    url = f"{base}/forum/feed.json"
    with urlopen(url) as response:
        etag, modified = response.headers["ETag"], response.headers["Last-Modified"]
    for conditions in ({"If-None-Match": etag}, {"If-Modified-Since": modified}):
        with pytest.raises(HTTPError) as caught:
            urlopen(Request(url, headers=conditions))
        assert caught.value.code == 304
        assert caught.value.read() == b""
        caught.value.close()
    clock.forward(minutes=5)
    with urlopen(Request(url, headers={"If-None-Match": etag})) as response:
        assert response.status == 200
    with urlopen(Request(url, headers={"If-Modified-Since": modified})) as response:
        assert response.status == 200


def test_a_question_gains_its_answer_as_an_edit(sources: tuple[Source, ...], base: str, clock: Clock) -> None:
    asked = {entry.slug: entry.answer for source in sources for entry in source.entries if entry.answer}

    def live() -> dict[str, dict[str, str]]:
        items = json.loads(body(f"{base}/forum/feed.json"))["items"]
        return {item["id"].rsplit("/")[-1]: item for item in items}

    history = set(live())
    while not (fresh := (set(live()) - history) & set(asked)):
        clock.forward(seconds=5)
    slug = fresh.pop()
    answer = asked[slug]
    assert answer
    assert "blockquote" not in live()[slug]["content_html"]
    clock.forward(seconds=75)
    item = live()[slug]
    assert answer.author.name in item["content_html"]
    assert item["date_modified"] > item["date_published"]


def test_gzip_is_used_for_those_who_accept_it(base: str) -> None:
    url = f"{base}/wiki/changes.atom"
    with urlopen(Request(url, headers={"Accept-Encoding": "gzip"})) as response:
        assert response.headers["Content-Encoding"] == "gzip"
        packed = response.read()
    assert gzip.decompress(packed) == body(url)


@pytest.mark.parametrize("key", ["blog", "wiki", "forum"])
def test_pages_advertise_their_feed_and_their_links_lead_somewhere(base: str, key: str) -> None:
    page = BeautifulSoup(body(f"{base}/{key}/"), "html.parser")
    advertised = page.find("link", rel="alternate")
    assert advertised is not None
    assert body(f"{base}/{key}/{advertised['href']}")
    for link in page.find_all("a")[:4]:
        entry = BeautifulSoup(body(base + str(link["href"])), "html.parser")
        assert entry.h1 is not None
        assert entry.h1.text == link.text
        author = entry.find("a", href=lambda href: href and href.startswith("/people/"))
        assert author is not None
        assert str(author.text).encode() in body(base + str(author["href"]))


@pytest.mark.parametrize(
    "path", ["nothing", "blog/nothing/", "media/nothing.png", "media/boat-not-plane.png", "people/nobody/"]
)
def test_what_is_not_there_is_not_found(base: str, path: str) -> None:
    with pytest.raises(HTTPError) as caught:
        urlopen(f"{base}/{path}")
    assert caught.value.code == 404
    caught.value.close()
