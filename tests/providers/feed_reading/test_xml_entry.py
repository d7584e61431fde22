from __future__ import annotations

from datetime import UTC, datetime

import pytest

from esm_portal.exceptions import InvalidPost
from esm_portal.providers.feed_reading.rss_atom import parse_xml
from esm_portal.types import AttachmentKind, BodyFormat, PostData

ADDRESS = "https://a.example/blog/feed.xml"
NAMESPACES = (
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
)


def item(inner: str) -> PostData:
    text = f'<rss version="2.0" {NAMESPACES}><channel><title>T</title><item>{inner}</item></channel></rss>'
    (entry,) = parse_xml(text, ADDRESS).entries
    return entry.post(entry.guid)


def atom(inner: str, head: str = "", attributes: str = "") -> PostData:
    start = f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}><title>T</title>{head}'
    text = f"{start}<entry>{inner}</entry></feed>"
    (entry,) = parse_xml(text, ADDRESS).entries
    return entry.post(entry.guid)


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("Mon, 16 Nov 26 08:30 EST", datetime(2026, 11, 16, 13, 30, tzinfo=UTC)),
        ("Thu, 19 Nov 2026 16:05:00 +0100", datetime(2026, 11, 19, 15, 5, tzinfo=UTC)),
        ("2026-11-19T16:05:00+01:00", datetime(2026, 11, 19, 15, 5, tzinfo=UTC)),
        ("17/11/2026 8h30", None),
        ("yesterday", None),
        ("", None),
        ("Tue, 31 Feb 2026 10:00:00 GMT", None),
        ("9999-12-31T23:59:59-23:00", None),
        ("Mon, 01 Jan 1601 00:00:00 GMT", datetime(1601, 1, 1, tzinfo=UTC)),
    ],
)
def test_dates(date, expected):
    assert item(f"<title>x</title><pubDate>{date}</pubDate>").published_at == expected


@pytest.mark.parametrize(
    ("inner", "name", "email"),
    [
        ("<author>anna@corp.company (Anna Weber)</author>", "Anna Weber", "anna@corp.company"),
        ("<author>Anna Weber &lt;anna@corp.example&gt;</author>", "Anna Weber", "anna@corp.example"),
        ("<author>anna@corp.example</author>", "anna@corp.example", "anna@corp.example"),
        ("<dc:creator>Anna Weber (Marketing)</dc:creator>", "Anna Weber (Marketing)", ""),
        ("<dc:creator><![CDATA[ Anna  Weber ]]></dc:creator>", "Anna Weber", ""),
    ],
)
def test_authors_of_rss(inner, name, email):
    author = item(f"<title>x</title>{inner}").author
    assert author is not None
    assert (author.name, author.email) == (name, email)


def test_an_atom_entry_without_author_is_by_the_author_of_the_feed():
    post = atom("<id>1</id><title>x</title>", head="<author><name>The lab</name></author>")
    assert post.author is not None
    assert post.author.name == "The lab"


def test_the_full_text_wins_over_the_summary():
    post = item(
        "<description>Short.</description><content:encoded>&lt;p&gt;Long text&lt;/p&gt;</content:encoded>"
    )
    assert post.body == "<p>Long text</p>"


def test_the_caption_of_a_picture_does_not_replace_the_text():
    post = item(
        "<description>A text of some length.</description>"
        '<media:content url="https://a.example/x.jpg"><media:description>Jar</media:description></media:content>'
    )
    assert post.body == "A text of some length."


@pytest.mark.parametrize(
    ("kind", "content", "title", "body", "body_format"),
    [
        ("text", "a &lt;b&gt;", "a <b>", "a <b>", BodyFormat.TEXT),
        ("html", "a &lt;b&gt;c&lt;/b&gt; &amp;amp; d", "a c & d", "a <b>c</b> &amp; d", BodyFormat.HTML),
        (
            "xhtml",
            '<div xmlns="http://www.w3.org/1999/xhtml">a <b>c</b> &amp; d</div>',
            "a c & d",
            "a <b>c</b> &amp; d",
            BodyFormat.HTML,
        ),
    ],
)
def test_text_and_markup_of_atom(kind, content, title, body, body_format):
    post = atom(f'<id>1</id><title type="{kind}">{content}</title><content type="{kind}">{content}</content>')
    assert (post.title, post.body, post.body_format) == (title, body, body_format)


def test_links_in_the_text_follow_xml_base():
    content = '<content type="html" xml:base="{}">&lt;img src="b.png"&gt;</content>'
    there = atom(f"<id>1</id>{content.format('https://cdn.example/x/')}")
    here = atom(f"<id>1</id>{content.format('/y/')}")
    assert there.body == '<img src="https://cdn.example/x/b.png">'
    assert here.body == '<img src="https://a.example/y/b.png">'


def test_without_xml_base_the_text_stays_as_delivered():
    assert item('<description>&lt;img src="b.png"&gt;</description>').body == '<img src="b.png">'


@pytest.mark.parametrize(
    ("inner", "url"),
    [
        ("<link>https://b.example/1</link>", "https://b.example/1"),
        ("<link>javascript:alert(1)</link>", ""),
        ("<guid>https://b.example/1</guid>", "https://b.example/1"),
        ("<guid>/1</guid>", "https://a.example/1"),
        ("<guid>12345</guid>", ""),
        ("<guid isPermaLink='false'>https://b.example/1</guid>", ""),
    ],
)
def test_the_page_of_an_entry(inner, url):
    assert item(f"<title>x</title>{inner}").url == url


def test_the_page_of_an_atom_entry_is_its_alternate():
    post = atom(
        '<id>1</id><title>x</title><link rel="edit" href="/edit"/>'
        '<link rel="alternate" type="application/json" href="/j"/>'
    )
    assert post.url == "https://a.example/j"


def test_one_thumbnail_stands_for_an_entry_without_pictures():
    thumbnails = '<media:thumbnail url="/s.jpg"/><media:thumbnail url="/xs.jpg"/>'
    picture = '<media:content url="/l.jpg" medium="image"/>'
    assert [a.url for a in item(f"<title>x</title>{thumbnails}").attachments] == ["https://a.example/s.jpg"]
    assert [a.url for a in item(f"<title>x</title>{picture}{thumbnails}").attachments] == [
        "https://a.example/l.jpg"
    ]


def test_enclosures_of_both_formats():
    link = '<link rel="enclosure" href="/a.pdf" length="7" type="application/pdf" title="Scorecard"/>'
    for post in (
        atom(f"<id>1</id>{link}"),
        item('<enclosure url="/a.pdf" length="7" type="application/pdf" title="Scorecard"/>'),
    ):
        (found,) = post.attachments
        assert (found.kind, found.url, found.size, found.name) == (
            AttachmentKind.FILE,
            "https://a.example/a.pdf",
            7,
            "Scorecard",
        )


def test_an_entry_that_says_nothing_is_refused():
    with pytest.raises(InvalidPost, match="neither a title nor a text"):
        item("<guid>1</guid>")


def test_an_entry_without_guid_and_link_keeps_its_id():
    one, again = (
        item("<title>x</title><description>y</description>"),
        item("<description>y</description><title>x</title>"),
    )
    assert one.external_id == again.external_id
    assert one.external_id.startswith("hash:")


def test_language_comes_from_the_nearest():
    assert item("<title>x</title><dc:language>pl</dc:language>").language == "pl"
    assert atom('<title xml:lang="ja">x</title>', attributes='xml:lang="en"').language == "ja"
    assert atom("<title>x</title>", attributes='xml:lang="en"').language == "en"
