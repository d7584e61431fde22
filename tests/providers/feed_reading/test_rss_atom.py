from __future__ import annotations

import pytest

from esm_portal.exceptions import PayloadError
from esm_portal.providers.feed_reading.rss_atom import parse_xml

ADDRESS = "https://a.example/blog/feed.xml"


def rss(*items: str, head: str = "", end: str = "</channel></rss>") -> str:
    body = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0"><channel><title>T</title>{head}{body}{end}'


def test_a_feed_that_broke_off_keeps_its_whole_entries():
    document = parse_xml(
        rss("<guid>1</guid><title>One</title>", end="<item><guid>2</guid><title>Tw"), ADDRESS
    )
    assert [entry.guid for entry in document.entries] == ["1"]
    assert [item.external_id for item in document.skipped] == ["2"]
    assert document.is_cut


def test_a_feed_that_broke_off_between_entries_loses_none():
    document = parse_xml(rss("<guid>1</guid><title>One</title>", end=""), ADDRESS)
    assert [entry.guid for entry in document.entries] == ["1"]
    assert document.skipped == ()
    assert document.is_cut


def test_bad_xml_is_read_whole_and_counts_as_whole():
    document = parse_xml(
        rss("<guid>1</guid><title>R&D <b>x</title>", "<guid>2</guid><title>y</title>"), ADDRESS
    )
    assert [entry.guid for entry in document.entries] == ["1", "2"]
    assert not document.is_cut


def test_an_impossible_character_reference_costs_itself_only():
    (entry,) = parse_xml(rss("<guid>1</guid><title>One&#x110000; two</title>"), ADDRESS).entries
    assert entry.post("1").title == "One two"


def test_what_feedparser_cannot_bear_is_an_error_in_plain_words():
    # It looks for the form in the feed that the entry holds.
    with pytest.raises(PayloadError, match="badly formed"):
        parse_xml(rss("<textinput><link>/search</link></textinput>"), ADDRESS)


@pytest.mark.parametrize(
    ("head", "seconds"),
    [
        ("", 0),
        ("<ttl>60</ttl>", 3600),
        ("<ttl>soon</ttl>", 0),
        ("<ttl>-5</ttl>", 0),
        ("<ttl>99999999999999999999</ttl>", 0),
        (
            '<sy:updatePeriod xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">hourly</sy:updatePeriod>',
            3600,
        ),
    ],
)
def test_the_pause_a_feed_asks_for(head, seconds):
    assert parse_xml(rss(head=head), ADDRESS).wish == seconds


def test_an_empty_feed_is_no_error():
    assert list(parse_xml(rss(), ADDRESS).entries) == []


def test_relative_links_of_rss_are_relative_to_its_site():
    head = "<link>https://site.example/news/</link>"
    item = "<guid isPermaLink='false'>1</guid><title>x</title><link>2026/x</link>"
    (entry,) = parse_xml(rss(item, head=head), ADDRESS).entries
    assert entry.post("1").url == "https://site.example/news/2026/x"


def test_ids_stay_when_a_feed_moves():
    text = rss("<guid>one</guid><title>x</title>", "<link>/two</link><title>y</title>")
    here, there = parse_xml(text, ADDRESS), parse_xml(text, "https://other.example/feed")
    assert (
        [entry.guid for entry in here.entries] == [entry.guid for entry in there.entries] == ["one", "/two"]
    )
