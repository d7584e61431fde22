from __future__ import annotations

import json
import random
import threading
from pathlib import Path

import pytest
from bs4 import Comment

from esm_portal import html, html_rules
from tests.markup import hrefs, only, parsed

CORPUS: list[dict[str, str]] = json.loads(
    (Path(__file__).parent / "data" / "xss_corpus.json").read_text(encoding="utf-8")
)
BASE = "https://blog.example/2026/post.html"
#: Well-meant markup that the fuzz test stirs together with the corpus.
INGREDIENTS = """
<p> </p> <div> </div> <ul><li> </ul> <b> </b> <i> </i> <a·href=http://x.example/> </a> <table><tr><td> <th>
</table> words· http://a.example/b· &amp;lt;· &nbsp; <pre> </pre> <img·src=a.png·alt=b> <video> </video> <h1>
</h1> <h3> <source·src=v.mp4> <blockquote> <br> <dl><dt> <dd> <figure> <figcaption> <span·lang=fr> </span>
<ruby> <rt> x@y.example (www.x.example). <section> </section> <font·color=red> </font> <p·lang=de> <em>
</a></b>
"""


def assert_safe(markup: str) -> None:
    """Nothing but allowed elements and attributes, and links that leave the portal."""
    tree = parsed(markup)
    assert not tree.find_all(string=lambda text: isinstance(text, Comment))
    for tag in tree.find("main").find_all(True):  # type: ignore[union-attr]
        assert tag.name in html_rules.TAGS
        allowed = html_rules.ATTRIBUTES["*"] | html_rules.ATTRIBUTES.get(tag.name, frozenset())
        if tag.name == "a":
            assert tag["rel"] == ["noopener", "nofollow", "ugc"]
            assert str(tag["href"]).lower().startswith(("http://", "https://", "mailto:", "tel:"))
            assert not tag.find("a")
            allowed |= {"rel"}
        assert set(tag.attrs) <= allowed
    assert not html_rules.UNWANTED.search(markup)


class TestCorpus:
    def test_is_large_and_named(self) -> None:
        assert len(CORPUS) >= 120
        assert len({payload["name"] for payload in CORPUS}) == len(CORPUS)

    @pytest.mark.parametrize("base_url", ["", BASE], ids=["alone", "with base"])
    @pytest.mark.parametrize("payload", CORPUS, ids=lambda payload: payload["name"])
    def test_is_harmless_and_stable_once_cleaned(self, payload: dict[str, str], base_url: str) -> None:
        cleaned = html.clean(payload["html"], base_url=base_url)

        assert_safe(cleaned)
        assert html.clean(cleaned) == cleaned
        assert html.clean(cleaned, base_url=base_url) == cleaned

    @pytest.mark.parametrize("seed", range(200))
    def test_is_harmless_in_any_mixture(self, seed: int) -> None:
        dice = random.Random(seed)
        pieces = [piece.replace("·", " ") for piece in INGREDIENTS.split()] * 8
        pieces += [payload["html"] for payload in CORPUS if len(payload["html"]) < 1000]
        mixture = "".join(dice.choices(pieces, k=dice.randint(2, 25)))

        cleaned = html.clean(mixture, base_url=BASE)

        assert_safe(cleaned)
        assert html.clean(cleaned) == cleaned

    @pytest.mark.parametrize("payload", CORPUS, ids=lambda payload: payload["name"])
    def test_is_harmless_after_the_last_gate_alone(
        self, payload: dict[str, str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(
            html,
            "cleaned",
            lambda markup, accepts: payload["html"].replace("\ud800", "").replace("\udfff", ""),
        )

        tags = parsed(html.clean("<p>anything</p>")).find("main").find_all(True)  # type: ignore[union-attr]

        assert {tag.name for tag in tags} <= html_rules.TAGS
        assert not [
            name for tag in tags for name in tag.attrs if name.startswith("on") or name in ("src", "style")
        ]
        assert all(str(tag.get("href", "https:")).startswith(("http", "mailto:", "tel:")) for tag in tags)

    @pytest.mark.parametrize("payload", CORPUS, ids=lambda payload: payload["name"])
    def test_is_only_words_as_text(self, payload: dict[str, str]) -> None:
        shown = html.text_to_html(payload["html"])

        assert_safe(shown)
        assert {tag.name for tag in parsed(shown).find_all(True)} <= {"main", "p", "br", "a"}


class TestKept:
    @pytest.mark.parametrize(
        "markup",
        [
            "<p>One <strong>two</strong> <em>three</em><br>four</p>",
            "<blockquote><p>Said so</p></blockquote>",
            '<ol start="3"><li>three</li><li>four</li></ol>',
            "<dl><dt>pH</dt><dd>5.5</dd></dl>",
            "<pre><code>if a &lt; b:\n    go()</code></pre>",
            "H<sub>2</sub>O, m<sup>2</sup>, <s>old</s> <u>new</u>",
            '<p>At <time datetime="2026-03-01T09:00+01:00">nine</time></p>',
            '<abbr title="Good manufacturing practice">GMP</abbr>',
            '<p lang="ar" dir="rtl">مرحبا</p>',
            '<span lang="fr-CA">bonjour</span>',
            "<ruby>漢<rt>kan</rt></ruby>",
            "<figure>x<figcaption>The lab</figcaption></figure>",
            '<table><caption>Stock</caption><tbody><tr><th scope="row" colspan="2">a</th>'
            '<td rowspan="2">1</td></tr></tbody></table>',
            "Fish &amp; chips&nbsp;&lt;3",
            "Prices in € and ¥, 😀 included",
        ],
    )
    def test_honest_markup_stays_as_it_is(self, markup: str) -> None:
        assert html.clean(markup) == markup

    def test_double_escaped_entities_are_not_decoded_twice(self) -> None:
        assert html.clean("<p>Write &amp;lt; and &amp;amp;</p>") == "<p>Write &amp;lt; and &amp;amp;</p>"
        assert html.clean("<p>x@y.example &amp;lt;</p>").endswith("</a> &amp;lt;</p>")

    def test_old_and_structural_elements_become_plain_ones(self) -> None:
        assert html.clean("<section><header>a</header><nav>b</nav></section>") == (
            "<div><div>a</div><div>b</div></div>"
        )
        assert html.clean("<strike>a</strike><tt>b</tt><menu><li>c</menu>") == (
            "<s>a</s><code>b</code><ul><li>c</li></ul>"
        )

    def test_empty_paragraphs_are_dropped(self) -> None:
        assert html.clean("<p>a</p><p>&nbsp;</p><p><br></p><p></p><p>b</p>") == "<p>a</p><p>b</p>"


class TestDropped:
    @pytest.mark.parametrize(
        "element", ["script", "style", "iframe", "object", "template", "noscript", "svg", "math", "title"]
    )
    def test_dangerous_elements_go_with_their_content(self, element: str) -> None:
        cleaned = html.clean(f"<p>before</p><{element}>secret words</{element}><p>after</p>")

        assert "secret" not in cleaned
        assert html.plain_text(cleaned) == "before\nafter"

    def test_other_unknown_elements_leave_their_words(self) -> None:
        assert html.clean("<blink>still <font color=red>here</font></blink>") == "still here"

    def test_presentation_and_identity_are_dropped(self) -> None:
        tag = only('<p id="x" class="y" style="color:red" name="z" data-a="b" onclick="c">t</p>', "p")
        assert set(tag.attrs) > {"id"}
        assert html.clean(str(tag)) == "<p>t</p>"

    @pytest.mark.parametrize(
        "attribute", ['lang="not a tag"', 'dir="sideways"', 'lang=""', 'lang="x\'><b>"', 'dir="ltr rtl"']
    )
    def test_a_malformed_language_or_direction_is_dropped(self, attribute: str) -> None:
        assert html.clean(f"<p {attribute}>t</p>") == "<p>t</p>"

    def test_a_table_cell_cannot_span_the_page(self) -> None:
        cell = only(html.clean("<table><tr><td colspan=99999 rowspan=3>x</table>"), "td")
        assert cell.attrs == {"rowspan": "3"}

    def test_control_characters_go_even_when_they_are_entities(self) -> None:
        assert html.clean("a\x00b\x1bc &#1;d&#x7f;") == "ab" + "c d"
        assert html.clean("<p>a\x08&#2;b</p>") == "<p>ab</p>"

    def test_lone_surrogates_do_not_stop_the_gate(self) -> None:
        assert html.clean("<p>a\ud800b</p>") == "<p>ab</p>"
        assert html.clean("a\udfffb") == "ab"
        assert html.text_to_html("a\ud800b") == "<p>ab</p>"

    @pytest.mark.parametrize("character", ["\u202e", "&#x202e;", "\u2066", "&#8295;", "\u202b"])
    def test_text_direction_cannot_leak_out_of_a_post(self, character: str) -> None:
        for body in (f"Invoice {character}gnp.exe", f"<p>Invoice {character}gnp.exe</p>"):
            assert html.plain_text(html.clean(body)) == "Invoice gnp.exe"

    def test_harmless_direction_marks_stay(self) -> None:
        assert html.clean("<p>ABC\u200f عربي</p>") == "<p>ABC\u200f عربي</p>"


class TestHeadings:
    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("<h1>a</h1><h2>b</h2><h3>c</h3>", "<h4>a</h4><h5>b</h5><h6>c</h6>"),
            ("<h2>a</h2><h5>b</h5>", "<h4>a</h4><h6>b</h6>"),
            ("<h6>a</h6>", "<h4>a</h4>"),
            ("<h4>a</h4><h5>b</h5>", "<h4>a</h4><h5>b</h5>"),
        ],
    )
    def test_fit_under_the_heading_of_the_post(self, before: str, after: str) -> None:
        assert html.clean(before) == after


class TestLinks:
    def test_have_exactly_the_portals_rel(self) -> None:
        link = only(html.clean('<a href="https://x.example/" rel="opener me" target="_blank">x</a>'), "a")
        assert link.attrs == {"href": "https://x.example/", "rel": ["noopener", "nofollow", "ugc"]}

    @pytest.mark.parametrize(
        ("href", "resolved"),
        [
            ("other.html", "https://blog.example/2026/other.html"),
            ("/about", "https://blog.example/about"),
            ("//cdn.example/x", "https://cdn.example/x"),
            ("#part", "https://blog.example/2026/post.html#part"),
            ("?page=2&amp;x=1", "https://blog.example/2026/post.html?page=2&x=1"),
            ("\\\\evil.example\\x", "https://evil.example/x"),
            (" https://x.example/ ", "https://x.example/"),
            ("mailto:a@x.example", "mailto:a@x.example"),
            ("tel:+3312345", "tel:+3312345"),
        ],
    )
    def test_lead_where_the_source_meant(self, href: str, resolved: str) -> None:
        link = only(html.clean(f'<a href="{href}">x</a>', base_url=BASE), "a")
        assert str(link["href"]).strip() == resolved

    @pytest.mark.parametrize(
        "href",
        ["other.html", "/admin/logout/", "//x.example/", "#part", "?q", "", "http:admin", "https:///x"],
    )
    @pytest.mark.parametrize("base_url", ["", "relative/", "javascript:alert(1)", "http://", "http://[x/"])
    def test_without_a_base_never_lead_into_the_portal(self, href: str, base_url: str) -> None:
        assert html.clean(f'a <a href="{href}">word</a> b', base_url=base_url) == "a word b"

    @pytest.mark.parametrize("href", ["http:admin", "https:///x", "ftp://x.example/", "intranet:5"])
    def test_without_a_host_or_a_known_scheme_become_text(self, href: str) -> None:
        assert html.clean(f'<a href="{href}">word</a>', base_url=BASE) == "word"

    def test_without_words_are_dropped(self) -> None:
        assert html.clean('<p>a<a href="https://x.example/"> </a>b<a name="top"></a></p>') == "<p>a b</p>"


class TestMedia:
    def test_an_image_becomes_a_link_with_its_description(self) -> None:
        link = only(html.clean('<p><img src="/a.png" alt="The &lt;new&gt; lab"></p>', base_url=BASE), "a")
        assert (link["href"], link.text) == ("https://blog.example/a.png", "The <new> lab")

    def test_an_image_without_description_is_known_by_its_file_name(self) -> None:
        cleaned = html.clean(
            '<img src="https://x.example/i/team%20photo.jpg?w=2"><img src="https://y.example/">'
        )
        assert html.plain_text(cleaned) == "team photo.jpg y.example"

    def test_an_image_in_a_link_is_its_name(self) -> None:
        link = only(html.clean('<a href="https://x.example/"><img src="https://y.example/a.png"></a>'), "a")
        assert (link["href"], link.text) == ("https://x.example/", "a.png")

    def test_a_tracking_pixel_leaves_nothing(self) -> None:
        assert html.clean('<p>a<img src="https://x.example/t.gif" width="1" height="1"></p>') == "<p>a</p>"

    @pytest.mark.parametrize("src", ["data:image/png;base64,AAAA", "cid:1", "javascript:1", "/relative.png"])
    def test_an_image_without_a_web_address_is_its_description(self, src: str) -> None:
        assert html.clean(f'<p><img src="{src}" alt="A chart"></p>') == "<p>A chart</p>"

    @pytest.mark.parametrize("name", ["video", "audio"])
    def test_sound_and_film_become_one_link(self, name: str) -> None:
        body = f'<{name}><source src="a.mp4"><source src="b.mp4"><{name}></{name}>Too old.</{name}> end'
        cleaned = html.clean(body, base_url=BASE)
        assert hrefs(cleaned) == ["https://blog.example/2026/a.mp4"]
        assert html.plain_text(cleaned) == "a.mp4 end"

    def test_all_images_of_a_picture_are_one_link(self) -> None:
        body = '<picture><source srcset="b.webp"><img src="https://x.example/b.png" alt="B"></picture>'
        assert hrefs(html.clean(body)) == ["https://x.example/b.png"]


class TestLimits:
    def test_a_long_body_is_cut_and_says_so(self) -> None:
        cleaned = html.clean("<p>word </p>" * 40_000)
        assert_safe(cleaned)
        assert cleaned.endswith("<p>…</p>")
        assert len(cleaned) < html_rules.MAX_CHARS

    def test_a_cut_through_a_tag_leaves_no_piece_of_it(self) -> None:
        body = "x" * (html_rules.MAX_CHARS - 10) + '<a href="https://x.example/">y</a>'
        assert html.clean(body) == "x" * (html_rules.MAX_CHARS - 10) + "<p>…</p>"

    def test_long_text_is_cut_and_says_so(self) -> None:
        assert html.text_to_html("x" * (html_rules.MAX_CHARS + 1)).endswith("x</p><p>…</p>")
        assert "…" not in html.text_to_html("x" * html_rules.MAX_CHARS)

    @pytest.mark.timeout(60)
    @pytest.mark.parametrize(
        "bomb",
        [
            "<div>" * 10_000 + "x" + "</div>" * 10_000,
            "<b>" * 60_000,
            "<ul><li>" * 20_000,
            "<table><tr><td>" * 13_000,
            "".join(f"<a href=/{number}><table><tr><td>" for number in range(6_000)),
            "".join(f"<p><b x={number}>" for number in range(10_000)),
            "".join(f"<p><font x={number}>" for number in range(10_000)),
            "<b><i><u><s><em><code>" * 3 + "<p>x" * 40_000,
            "<p><a href=/x>" * 10_000,
            "<!--" * 50_000,
            "<p " + "a=b " * 50_000,
            "<" * 200_000,
            "<b " * 60_000,
            "(" * 100_000 + "@",
            "a" * 200_000 + "@",
            "a.b@" * 50_000,
            "www." * 50_000,
            "http://a" + "." * 190_000,
            "http://a/" + ")" * 190_000,
            "&" * 200_000,
            "x@y.example\n" * 15_000,
        ],
        ids=lambda bomb: bomb[:12],
    )
    def test_bombs_do_no_harm(self, bomb: str) -> None:
        assert_safe(html.clean(bomb, base_url=BASE))
        assert_safe(html.text_to_html(bomb[:20_000]))

    def test_text_of_very_many_lines_is_shown(self) -> None:
        shown = html.text_to_html("x@y.example\n" * 15_000)
        assert len(parsed(shown).find_all("br")) == 14_999

    def test_too_deep_a_body_keeps_its_words_and_addresses(self) -> None:
        cleaned = html.clean("<div>" * 500 + "One https://x.example/ <p>two &lt;3" + "</div>" * 500)
        assert html.plain_text(cleaned) == "One https://x.example/\ntwo <3"
        assert hrefs(cleaned) == ["https://x.example/"]

    def test_a_large_honest_body_keeps_its_markup(self) -> None:
        body = '<p>One <em>two</em> <a href="https://x.example/">three</a></p>' * 500
        assert len(parsed(html.clean(body)).find_all("em")) == 500

    def test_threads_do_not_disturb_one_another(self) -> None:
        bodies = [f'<p>{number} <a href="/{number}">x</a></p>' * 20 for number in range(8)]
        expected = [html.clean(body, base_url=BASE) for body in bodies]
        results: dict[int, str] = {}

        def work(number: int) -> None:
            results[number] = html.clean(bodies[number], base_url=BASE)

        threads = [threading.Thread(target=work, args=[number]) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [results[number] for number in range(8)] == expected


class TestTextToHTML:
    def test_makes_paragraphs_and_lines(self) -> None:
        text = "\n\nDear all,\r\nnews:\r\n \t\r\nOne < two & three\n\n\n\nBye\n"
        assert html.text_to_html(text) == (
            "<p>Dear all,<br>news:</p>\n<p>One &lt; two &amp; three</p>\n<p>Bye</p>"
        )

    def test_nothing_makes_nothing(self) -> None:
        assert html.text_to_html(" \n\n ") == ""

    @pytest.mark.parametrize("text", ["<b>not bold</b>", "&lt;", "a\xa0b", "\"quoted\" 'too'"])
    def test_shows_what_was_written(self, text: str) -> None:
        shown = html.text_to_html(text)
        assert parsed(shown).text == text
        assert html.clean(shown) == shown
