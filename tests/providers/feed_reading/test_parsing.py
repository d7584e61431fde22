"""Golden pairs: tests/data/feeds/<name>.xml or .json, and <name>.py with what has to come out."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import pytest

from esm_portal.exceptions import PayloadError
from esm_portal.providers.feed_reading.json_feed import parse_json
from esm_portal.providers.feed_reading.parsing import MAX_OWNERS, assign_ids, parse_feed
from esm_portal.providers.feed_reading.text import decode

DATA = Path(__file__).parents[2] / "data/feeds"
ADDRESS = "https://news.lumiere-beauty.example/feeds/feed"
GOLDEN = sorted(
    path for path in DATA.iterdir() if path.suffix in (".xml", ".json") and path.with_suffix(".py").exists()
)


def read(name: str, address: str = ADDRESS):
    return parse_feed(decode((DATA / name).read_bytes(), {}), address)


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.name)
def test_golden_pairs(path):
    expected = runpy.run_path(str(path.with_suffix(".py")))
    document = read(path.name)
    ids, owners = assign_ids(document.entries, {})
    posts = tuple(entry.post(ident) for entry, ident in zip(document.entries, ids, strict=True))
    about = {
        name: getattr(document, name)
        for name in ("title", "home_url", "description", "language", "is_cut", "next_url", "wish")
        if getattr(document, name)
    }
    assert posts == expected["POSTS"]
    assert document.skipped == expected["SKIPPED"]
    assert about == expected["FEED"]
    assert owners == expected["OWNERS"]


def test_no_sample_is_forgotten():
    refused = {"login_page_instead_of_feed", "rss2_dtd_entities"}
    assert len(GOLDEN) >= 16
    assert {path.stem for path in DATA.iterdir() if path.suffix != ".pyc"} - {"__pycache__"} == refused | {
        path.stem for path in GOLDEN
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "nothing at all"),
        (" \n\t ", "nothing at all"),
        ("Not Found", "neither a feed nor a web page"),
        ("%PDF-1.4 \x00\x01", "neither a feed nor a web page"),
        ('{"error": "no"}', "not a JSON Feed"),
        ('{"version": "https://jsonfeed.org/version/1.1", "items": {}}', "not a JSON Feed"),
        ("[1, 2]", "not a JSON Feed"),
        ('{"version": "https://jsonfeed.org/version/1.1", "items": [', "not valid JSON"),
        ('{"a":' * 100_000, "not valid JSON"),
        ("<urlset><url><loc>https://a.example/</loc></url></urlset>", "<urlset>"),
        ("<rss version='2.0'><channel><title>x</title><item><title>y", "breaks off"),
        ("<rss version='2.0'><channel><title>x</ti", "breaks off"),
    ],
)
def test_what_is_no_feed_is_named_in_plain_words(text, words):
    with pytest.raises(PayloadError) as caught:
        parse_feed(text, ADDRESS)
    assert words in caught.value.message


def test_a_login_page_is_named_with_what_to_do():
    with pytest.raises(PayloadError, match=r"a web page, not a feed. It may need a sign-in"):
        read("login_page_instead_of_feed.html")


def test_a_page_that_advertises_feeds_says_which():
    page = '<!doctype html><link rel="alternate" type="application/rss+xml" href="/rss.xml"><p>News'
    with pytest.raises(PayloadError) as caught:
        parse_feed(page, ADDRESS)
    assert "https://news.lumiere-beauty.example/rss.xml" in caught.value.message


def test_entities_are_refused():
    with pytest.raises(PayloadError, match="declares entities"):
        read("rss2_dtd_entities.xml")


def feed_of(*items: tuple[str, str]):
    """A feed of (guid, link) pairs, newest first."""
    entries = [{"id": guid, "url": f"https://a.example/{link}", "title": link} for guid, link in items]
    return parse_json(
        json.dumps({"version": "https://jsonfeed.org/version/1", "items": entries}), ADDRESS
    ).entries


class TestIds:
    def test_guids_that_are_used_once_stay_as_they_are(self):
        assert assign_ids(feed_of(("1", "a"), ("2", "b")), {}) == (["1", "2"], {})

    def test_entries_that_share_a_guid_are_both_kept(self):
        ids, owners = assign_ids(feed_of(("1", "new"), ("1", "old")), {})
        assert ids[1] == "1"
        assert ids[0] is not None
        assert ids[0].startswith("1#")
        assert list(owners) == ["1"]

    def test_the_same_entry_twice_is_taken_once(self):
        assert assign_ids(feed_of(("1", "a"), ("1", "a")), {}) == (["1", None], {})

    def test_ids_stay_when_the_owner_leaves_the_feed_and_when_more_come(self):
        (first, _old), owners = assign_ids(feed_of(("1", "b"), ("1", "a")), {})
        alone, owners = assign_ids(feed_of(("1", "b")), owners)
        later, _owners = assign_ids(feed_of(("1", "c"), ("1", "b")), owners)
        assert alone == [first]
        assert later[1] == first
        assert later[0] not in (first, "1", None)

    def test_the_first_run_and_the_next_agree(self):
        entries = feed_of(("1", "c"), ("1", "b"), ("2", "x"), ("1", "a"))
        ids, owners = assign_ids(entries, {})
        assert assign_ids(entries, owners) == (ids, owners)
        assert len(set(ids)) == 4

    def test_a_feed_that_gives_every_entry_the_same_guid_loses_none(self):
        ids, owners = assign_ids(feed_of(*(("same", str(n)) for n in range(50))), {})
        assert len(set(ids)) == 50
        assert ids[-1] == "same"
        assert len(owners) == 1

    def test_memory_is_bounded_and_the_newest_are_kept(self):
        old = {f"old-{number}": "x" for number in range(MAX_OWNERS)}
        _ids, owners = assign_ids(feed_of(("1", "b"), ("1", "a")), old)
        assert len(owners) == MAX_OWNERS
        assert "1" in owners
        assert "old-0" not in owners
