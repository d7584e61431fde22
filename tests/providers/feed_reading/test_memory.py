from __future__ import annotations

import json

from esm_portal.providers.feed_reading.memory import Memory

SOURCE = "https://a.example/feed"
FULL = Memory(
    source=SOURCE,
    url="https://b.example/feed",
    etag='W/"1"',
    modified="Thu, 19 Nov 2026 10:00:00 GMT",
    wish=3600,
    owners={"g": "abc"},
)


def test_a_cursor_survives_the_database():
    assert Memory.from_cursor(json.loads(json.dumps(FULL.as_cursor())), SOURCE) == FULL


def test_another_address_starts_afresh():
    other = "https://c.example/feed"
    assert Memory.from_cursor(FULL.as_cursor(), other) == Memory(source=other)
    assert Memory.from_cursor(None, other) == Memory(source=other)


def test_a_cursor_of_a_later_version_is_no_error():
    assert Memory.from_cursor({"source": SOURCE, "etag": "x", "news": 1}, SOURCE).etag == "x"


def test_validators_are_sent_exactly_as_they_came():
    headers = FULL.request_headers()
    assert headers["If-None-Match"] == 'W/"1"'
    assert headers["If-Modified-Since"] == "Thu, 19 Nov 2026 10:00:00 GMT"
    assert set(Memory(source=SOURCE).request_headers()) == {"Accept"}
