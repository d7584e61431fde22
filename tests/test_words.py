from __future__ import annotations

import pytest

from esm_portal.html import clean
from esm_portal.words import excerpt, plain_text


class TestPlainText:
    @pytest.mark.parametrize(
        ("markup", "text"),
        [
            ("<p>One <b>two</b></p><p>three<br>four</p>", "One two\nthree\nfour"),
            ("<ul>\n<li>a</li>\n<li>b</li>\n</ul>after", "a\nb\nafter"),
            ("<h4>Title</h4>text", "Title\ntext"),
            ("<table><tbody><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></tbody></table>", "a b\nc"),
            ("Fish &amp; chips &lt;3&nbsp;x", "Fish & chips <3 x"),
            ("&amp;lt;", "&lt;"),
            ("a\n  b<wbr>c", "a bc"),
            ("<dl><dt>pH</dt><dd>5</dd></dl>", "pH\n5"),
            ("", ""),
        ],
    )
    def test_is_what_a_reader_reads(self, markup: str, text: str) -> None:
        assert plain_text(markup) == text

    def test_no_attribute_leaks_into_the_words(self) -> None:
        assert plain_text(clean('<abbr title="a > b <p> c">x</abbr>')) == "x"


class TestExcerpt:
    def test_short_text_is_the_excerpt(self) -> None:
        assert excerpt("  One\n two ", 20) == "One two"

    def test_is_cut_at_a_word_within_the_length(self) -> None:
        text = "The new serum was launched in France today"
        assert excerpt(text, 20) == "The new serum was…"
        assert excerpt(text, 18) == "The new serum was…"
        assert excerpt(text, len(text)) == text

    def test_leaves_no_punctuation_before_the_ellipsis(self) -> None:
        assert excerpt("Dear colleagues, welcome to Lyon", 18) == "Dear colleagues…"

    def test_a_language_without_spaces_is_cut_at_a_character(self) -> None:
        text = "新しい美容液がフランスで発売されました。" * 5
        assert excerpt(text, 15) == text[:14] + "…"

    def test_a_very_long_word_is_cut(self) -> None:
        assert excerpt("See " + "x" * 100, 20) == "See " + "x" * 15 + "…"

    @pytest.mark.parametrize(
        "character",
        ["e\u0301", "👩\u200d🔬", "👍🏽", "🇫🇷", "❤\ufe0f", "👩\u200d👩\u200d👧"],
        ids=["accent", "joined", "skin tone", "flag", "variation", "family"],
    )
    @pytest.mark.parametrize("length", range(4, 14))
    def test_never_cuts_through_a_character(self, character: str, length: int) -> None:
        beginning = excerpt(character * 10, length).removesuffix("…")

        assert len(beginning) < length
        assert len(beginning) % len(character) == 0

    def test_a_text_that_is_huge_is_not_read_to_its_end(self) -> None:
        assert excerpt("word " * 1_000_000, 12) == "word word…"

    def test_leading_blanks_do_not_hide_the_text(self) -> None:
        assert excerpt(" " * 5_000 + "word", 10) == "word"
