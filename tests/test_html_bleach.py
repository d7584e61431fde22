"""bleach's stage: alone it would hold if nh3 let something through; with the others it makes the links."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from esm_portal import html
from esm_portal.html_bleach import cleaned
from tests.markup import hrefs, only


def accept(href: str) -> bool:
    return True


@pytest.mark.parametrize(
    ("markup", "left"),
    [
        ("a<script>b</script>c", "abc"),
        ('<p onclick="x" style="y" class="z" id="i">a</p>', "<p>a</p>"),
        ('<a href="javascript:x">a</a>', "a"),
        ('<a href="https://x.example/" target="_blank">a</a>', '<a href="https://x.example/">a</a>'),
        ('<iframe src="https://x.example/"></iframe><form>a</form>', "a"),
        ('<img src="javascript:x" alt="&lt;b&gt;" onerror="y">', "&lt;b&gt;"),
        ("a &lt;b&gt; &amp;lt; &nbsp;c", "a &lt;b&gt; &amp;lt; &nbsp;c"),
    ],
)
def test_drops_what_is_not_allowed(markup: str, left: str) -> None:
    assert cleaned(markup, accept) == left


def test_an_address_the_gate_refuses_stays_text() -> None:
    asked: list[str] = []

    def refuse(href: str) -> bool:
        asked.append(href)
        return False

    assert cleaned("See www.x.example/?a&amp;b now", refuse) == "See www.x.example/?a&amp;b now"
    assert asked == ["https://www.x.example/?a&amp;b"]


def test_an_image_whose_address_python_cannot_split_is_named_by_it() -> None:
    link = cleaned('<img src="http://ex℀mple.com/a.png">', accept)
    assert link == '<a href="http://ex℀mple.com/a.png">http://ex℀mple.com/a.png</a>'


def test_a_link_in_a_link_is_text() -> None:
    inner = '<a href="https://x.example/">a <a href="https://y.example/">b</a></a>'
    assert cleaned(inner, accept) == '<a href="https://x.example/">a b</a>'


class TestAddressesInText:
    @pytest.mark.parametrize("make", [html.clean, html.text_to_html], ids=["clean", "text_to_html"])
    @pytest.mark.parametrize(
        ("text", "href", "shown"),
        [
            ("See https://x.example/a.", "https://x.example/a", "https://x.example/a"),
            ("(http://wiki/Page_(draft))", "http://wiki/Page_(draft)", "http://wiki/Page_(draft)"),
            ("[www.x.example], yes", "https://www.x.example", "www.x.example"),
            ("Really https://x.example/?!", "https://x.example/", "https://x.example/"),
            ("https://x.example/?a=1&b=2", "https://x.example/?a=1&b=2", "https://x.example/?a=1&b=2"),
            ("詳しくは「https://x.example/日本」へ", "https://x.example/日本", "https://x.example/日本"),
            ("Ask ana.o@mail.x.example, please", "mailto:ana.o@mail.x.example", "ana.o@mail.x.example"),
            ("HTTPS://X.example/", "HTTPS://X.example/", "HTTPS://X.example/"),
        ],
    )
    def test_become_links_without_the_sentences_punctuation(
        self, make: Callable[[str], str], text: str, href: str, shown: str
    ) -> None:
        result = make(text)
        link = only(result, "a")
        assert (link["href"], link.text) == (href, shown)
        assert html.plain_text(result) == text
        assert html.clean(result) == result

    @pytest.mark.parametrize(
        "text",
        ["Node.js and e.g.this", "javascript:x()", "http://", "a@b", "http://1.2.3.4.5/", "@ana", "www."],
    )
    def test_are_not_seen_where_there_are_none(self, text: str) -> None:
        assert html.clean(text) == text

    def test_in_code_and_in_links_stay_as_they_are(self) -> None:
        assert not hrefs(html.clean("<pre>curl https://x.example/</pre><code>www.x.example</code>"))
        assert hrefs(html.clean('<a href="https://a.example/">https://b.example/</a>')) == [
            "https://a.example/"
        ]

    def test_are_seen_across_dropped_elements(self) -> None:
        assert hrefs(html.clean('https://x.<a href="javascript:1">example</a>/b')) == ["https://x.example/b"]
