from __future__ import annotations

import time

import pytest

from esm_portal.providers.feed_reading.text import (
    declares_entities,
    decode,
    is_page,
    last_entry_is_cut,
    repaired,
    root_name,
)

WORDS = "Été à Reims, « 50 € »"


def document(encoding: str) -> str:
    return f'<?xml version="1.0" encoding="{encoding}"?><rss>{WORDS}</rss>'


class TestDecode:
    @pytest.mark.parametrize(
        ("content", "content_type"),
        [
            (document("utf-8").encode(), ""),
            (document("utf-8").encode("utf-8-sig"), ""),
            (document("utf-8").encode("cp1252"), ""),
            (document("iso-8859-1").encode("cp1252"), ""),
            (document("iso-8859-15").encode(), ""),
            (document("utf-8").encode(), "text/xml; charset=iso-8859-1"),
            (document("utf-8").encode(), "text/xml"),
            (document("utf-16").encode("utf-16"), ""),
            (document("utf-16").encode("utf-16-be"), ""),
            (document("utf-32").encode("utf-32"), ""),
            (document("utf-8").encode("utf-16-le"), "application/xml; charset=utf-16-le"),
            (document("no-such-thing").encode(), "text/xml; charset=also-none"),
            (document("idna").encode(), "text/xml; charset=punycode"),
            (document("hex").encode(), ""),
        ],
        ids=str,
    )
    def test_the_words_arrive_whatever_the_feed_says_of_its_encoding(self, content, content_type):
        assert WORDS in decode(content, {"content-type": content_type})

    @pytest.mark.parametrize(
        ("encoding", "words"), [("shift_jis", "新しいクリーム"), ("gb2312", "新品"), ("koi8-r", "Новинка")]
    )
    def test_other_alphabets(self, encoding, words):
        content = f'<?xml version="1.0" encoding="{encoding}"?><a>{words}</a>'.encode(encoding)
        assert words in decode(content, {})

    def test_what_begins_with_blank_lines_begins_with_the_feed(self):
        assert decode(b"\xef\xbb\xbf\r\n  <rss/>", {}) == "<rss/>"

    def test_bytes_that_fit_nothing_still_become_text(self):
        assert decode(b"<a>\x81\xff</a>", {}).startswith("<a>")


class TestEntities:
    @pytest.mark.parametrize(
        "text",
        [
            '<!DOCTYPE r [<!ENTITY a "b">]><rss/>',
            '<!DOCTYPE r [<!ENTITY % a SYSTEM "http://a.example/x">]><rss/>',
            '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss>&a;</rss>',
            '<?x <!-- ?><!DOCTYPE r [<!ENTITY a "b">]><rss>--></rss>',
            '<!DOCTYPE r SYSTEM "<!--" [<!ENTITY a "b">]><rss>--></rss>',
            '<!DOCTYPE r [<!ENTITY a "b">]><rss>& not well-formed',
            '<?xml version="1.0" encoding="shift_jis"?><!DOCTYPE r [<!ENTITY a "b">]><rss/>',
            '<!doctype r [<!entity a "b">]><rss>',
        ],
    )
    def test_declarations_are_found(self, text):
        assert declares_entities(text)

    def test_declarations_are_found_in_any_encoding(self):
        text = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE r [<!ENTITY a "b">]><rss/>'
        assert declares_entities(decode(text.encode("utf-16"), {}))

    @pytest.mark.parametrize(
        "text",
        [
            "<rss/>",
            '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://a.example/rss.dtd"><rss/>',
            '<rss><![CDATA[Write <!ENTITY a "b"> in your DTD]]></rss>',
            "<rss><!-- <!ENTITY --></rss>",
            "<rss>& <![CDATA[not well-formed, about <!ENTITY]]></rss>",
        ],
    )
    def test_articles_about_xml_are_fine(self, text):
        assert not declares_entities(text)


class TestRoot:
    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("<rss version='2.0'>", "rss"),
            ("<?xml version='1.0'?>\n<!-- <html> -->\n<rdf:RDF xmlns='x'>", "rdf"),
            ("<!DOCTYPE rss [<!ELEMENT rss ANY>]><rss>", "rss"),
            ("<!DOCTYPE html><HTML>", "html"),
            ("no markup", ""),
            ("<!DOCTYPE" + "[]" * 50_000, ""),
        ],
    )
    def test_the_first_element(self, text, name):
        assert root_name(text) == name

    @pytest.mark.parametrize("text", ["<!doctype html>", "<html>", "<head>", "<!-- x --><body>", "<form>"])
    def test_pages(self, text):
        assert is_page(text)

    @pytest.mark.parametrize("text", ["<rss>", "<feed>", "html", '{"a": "<html>"}'])
    def test_what_is_no_page(self, text):
        assert not is_page(text)


class TestRepaired:
    @pytest.mark.parametrize(
        ("text", "better"),
        [
            ("R&D", "R&amp;D"),
            ("?a=1&b=2", "?a=1&amp;b=2"),
            ("&amp; &lt; &#233; &#xE9;", "&amp; &lt; &#233; &#xE9;"),
            ("&eacute;t&eacute;", "été"),
            ("&bogus;", "&amp;bogus;"),
            ("a&#11;\x0bb&#x110000;&#0;", "ab"),
            ("<![CDATA[R&D]]> & <!-- & -->", "<![CDATA[R&D]]> &amp; <!-- & -->"),
            ("<![CDATA[open & on", "<![CDATA[open &amp; on"),
        ],
    )
    def test_common_mistakes(self, text, better):
        assert repaired(text) == better

    def test_hostile_text_takes_no_hours(self):
        started = time.process_time()
        repaired("<!--" * 500_000)
        assert time.process_time() - started < 20


def test_the_last_entry_is_cut_when_it_never_ends():
    assert last_entry_is_cut("<rss><item>a</item><item>b")
    assert last_entry_is_cut("<atom:feed><atom:entry>")
    assert not last_entry_is_cut("<rss><item>a</item><item>b</item>")
    assert not last_entry_is_cut("<rss><items>")
