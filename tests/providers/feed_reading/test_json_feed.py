from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from esm_portal.exceptions import InvalidPost
from esm_portal.providers.feed_reading.json_feed import parse_json
from esm_portal.types import PostData

ADDRESS = "https://a.example/blog/feed.json"


def document(*items: object, **feed: object):
    return parse_json(
        json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items, **feed}), ADDRESS
    )


def post(**fields: object) -> PostData:
    (entry,) = document({"id": "1", "title": "x", **fields}).entries
    return entry.post(entry.guid)


@pytest.mark.parametrize(
    ("ident", "expected"),
    [("a", "a"), (8, "8"), (None, "/x"), ("", "/x"), (True, "/x"), ({}, "/x"), ("a\n b", "a b")],
)
def test_ids_are_texts_and_fall_back_to_the_address(ident, expected):
    assert post(id=ident, url="/x").external_id == expected


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2026-11-19T16:05:45+01:00", datetime(2026, 11, 19, 15, 5, 45, tzinfo=UTC)),
        ("2026-11-19T16:05:45.250Z", datetime(2026, 11, 19, 16, 5, 45, 250000, tzinfo=UTC)),
        ("2026-11-11", datetime(2026, 11, 11, tzinfo=UTC)),
        ("not a date", None),
        ("0001-01-01T00:00:00+23:00", None),
        (1700000000, None),
    ],
)
def test_dates(date, expected):
    assert post(date_published=date).published_at == expected


def test_an_item_that_is_no_object_costs_itself_only():
    found = document("x", {"id": "1", "title": "y"}, None)
    assert [entry.guid for entry in found.entries] == ["1"]
    assert len(found.skipped) == 2


def test_an_item_that_says_nothing_is_refused():
    (entry,) = document({"id": "1"}).entries
    with pytest.raises(InvalidPost):
        entry.post("1")


def test_fields_of_the_wrong_type_are_as_good_as_missing():
    found = post(
        url=7,
        tags="x",
        authors={"name": "x"},
        attachments={},
        image=[],
        content_html=None,
        language=3,
        summary=1,
    )
    assert (found.url, found.topics, found.author, found.attachments, found.language) == (
        "",
        (),
        None,
        (),
        "",
    )


def test_an_author_may_be_an_email_address():
    author = post(authors=[{}, {"name": "Anna", "url": "mailto:anna@a.example?subject=x"}]).author
    assert author is not None
    assert (author.name, author.email, author.url) == ("Anna", "anna@a.example", "")


def test_the_page_an_item_is_about_becomes_an_attachment():
    found = post(url="/1", external_url="https://law.example/eu")
    assert found.url == "https://a.example/1"
    assert [attachment.url for attachment in found.attachments] == ["https://law.example/eu"]


def test_a_feed_that_has_ended_is_left_alone_for_a_day():
    assert document(expired=True).wish == 86400
    assert document().wish == 0
