from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from esm_portal.providers.feed_reading import fields
from esm_portal.types import AttachmentKind

BASE = "https://a.example/blog/feed.xml"


@pytest.mark.parametrize(
    ("reference", "address"),
    [
        ("https://b.example/x", "https://b.example/x"),
        ("HTTP://B.example", "HTTP://B.example"),
        (" /x ", "https://a.example/x"),
        ("../x", "https://a.example/x"),
        ("//b.example/x", "https://b.example/x"),
        ("a b.png", "https://a.example/blog/a%20b.png"),
        ("https://münchen.example/ä", "https://münchen.example/ä"),
        ("https://[::1]/x", "https://[::1]/x"),
        ("", ""),
        ("javascript:alert(1)", ""),
        ("JAVASCRIPT://x/%0aalert(1)", ""),
        ("data:text/html,x", ""),
        ("file:///etc/passwd", ""),
        ("mailto:a@b.example", ""),
        ("https://[::1", ""),
        ("https://:80/", ""),
        ("https://b.example/a\nb", ""),
        ("https://b.example/" + "x" * 2000, ""),
    ],
)
def test_only_whole_web_addresses_pass(reference, address):
    assert fields.web_address(BASE, reference) == address


@pytest.mark.parametrize(
    ("text", "is_markup", "words"),
    [
        ("<b>Escaped</b> markup &amp; entities", True, "Escaped markup & entities"),
        ("one<br>two<p>three</p>", True, "one two three"),
        ("a<em>b</em>c <!-- no -->d", True, "abc d"),
        ("5 < 6 &amp;amp; 7", True, "5 < 6 &amp; 7"),
        ("<tags> &amp; stay", False, "<tags> &amp; stay"),
        ("  many \n\t spaces ", False, "many spaces"),
    ],
)
def test_plain_words(text, is_markup, words):
    assert fields.plain(text, 500, is_markup=is_markup) == words


def test_a_long_title_ends_with_an_ellipsis():
    title = fields.plain("word " * 2000, 500, is_markup=True)
    assert len(title) <= 500
    assert title.endswith("word…")


def test_very_long_ids_become_a_hash_that_stays():
    long = "x" * 5000
    assert fields.identifier(long) == fields.identifier(f" {long}\n")
    assert fields.identifier(long) != fields.identifier(long + "y")
    assert len(fields.identifier("字" * 900).encode()) <= 1000
    assert fields.identifier("x" * 900) == "x" * 900


@pytest.mark.parametrize(
    ("markup", "resolved"),
    [
        ('<a href="../x?a=1&amp;b=2">', '<a href="https://c.example/x?a=1&amp;b=2">'),
        ("<img alt='a' src=b.png>", "<img alt='a' src=\"https://c.example/d/b.png\">"),
        ('<a href="#top">', '<a href="#top">'),
        ('<a href="https://b.example/">', '<a href="https://b.example/">'),
        ('<a href="javascript:x">', '<a href="javascript:x">'),
        ('<a href="http://[x">', '<a href="http://[x">'),
        ('<a href="//[x">', '<a href="https://c.example/d/e">'),
        ("href='x' is text", "href='x' is text"),
    ],
)
def test_references_in_markup(markup, resolved):
    assert fields.resolve_references(markup, "https://c.example/d/e") == resolved


class TestAttachments:
    @pytest.mark.parametrize(
        ("url", "mime_type", "medium", "kind", "mime"),
        [
            ("https://a.example/x", "image/png", "", AttachmentKind.IMAGE, "image/png"),
            ("https://a.example/x.mp3", "", "", AttachmentKind.AUDIO, "audio/mpeg"),
            (
                "https://a.example/x.MP4?a=b",
                "application/octet-stream",
                "",
                AttachmentKind.VIDEO,
                "video/mp4",
            ),
            ("https://a.example/x", "", "image", AttachmentKind.IMAGE, ""),
            ("https://a.example/x.pdf", "application/pdf; a=b", "", AttachmentKind.FILE, "application/pdf"),
            ("https://a.example/x", "text/html", "", AttachmentKind.LINK, "text/html"),
            ("https://a.example/x", "", "", AttachmentKind.FILE, ""),
        ],
    )
    def test_kinds(self, url, mime_type, medium, kind, mime):
        found = fields.attachment(url, mime_type=mime_type, medium=medium)
        assert found is not None
        assert (found.kind, found.mime_type) == (kind, mime)

    @pytest.mark.parametrize(
        ("size", "expected"),
        [
            ("48213", 48213),
            (7, 7),
            (7.0, 7),
            ("", None),
            ("-1", None),
            ("0", None),
            ("9" * 30, None),
            (True, None),
            (None, None),
            ("1 MB", None),
        ],
    )
    def test_sizes(self, size, expected):
        found = fields.attachment("https://a.example/x", size=size)
        assert found is not None
        assert found.size == expected

    def test_a_file_without_a_title_is_called_by_its_name(self):
        found = fields.attachment("https://a.example/a/Price%20list.pdf")
        assert found is not None
        assert found.name == "Price list.pdf"

    def test_each_address_comes_once_and_not_hundreds_of_them(self):
        twice = [fields.attachment("https://a.example/x")] * 2
        many = [fields.attachment(f"https://a.example/{number}") for number in range(200)]
        assert len(fields.unique([*twice, None])) == 1
        assert len(fields.unique(many)) == fields.MAX_ATTACHMENTS


class TestAuthors:
    def test_colleagues_who_share_an_address_stay_apart(self):
        one, other = fields.author("Anna", "news@a.example", ""), fields.author("Ben", "news@a.example", "")
        assert one is not None
        assert other is not None
        assert one.external_id != other.external_id

    def test_the_id_stays_when_only_case_and_spaces_change(self):
        one, other = fields.author("Anna de Wit", "", ""), fields.author(" anna  DE wit ", "", "")
        assert one is not None
        assert other is not None
        assert one.external_id == other.external_id

    def test_nobody_is_nobody(self):
        assert fields.author(" ", "", "") is None

    def test_without_a_name_the_address_is_shown(self):
        anonymous = fields.author("", "news@a.example", "")
        assert anonymous is not None
        assert anonymous.name == "news@a.example"


def test_topics_come_once_and_not_hundreds_of_them():
    assert fields.topics(["Refill", " refill ", "", "Lyon"]) == ("Refill", "Lyon")
    assert len(fields.topics(map(str, range(100)))) == fields.MAX_TOPICS
    assert len(fields.topics(["x" * 500])[0]) == fields.MAX_TOPIC


def test_an_edit_comes_after_the_publication():
    day = datetime(2026, 1, 1, tzinfo=UTC)
    later = day + timedelta(days=1)
    assert fields.dates(day, later) == (day, later)
    assert fields.dates(day, day) == (day, None)
    assert fields.dates(later, day) == (later, None)
    assert fields.dates(None, day) == (day, None)
    assert fields.dates(None, None) == (None, None)


def test_the_nearest_language_counts():
    assert fields.language(None, " ", "pt_BR", "en") == "pt-BR"
    assert fields.language(None, 7) == ""
