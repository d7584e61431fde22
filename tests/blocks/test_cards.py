from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.template.loader import render_to_string
from django.utils.html import format_html

from esm_portal.blocks.cards import EXCERPT, FOLD_AFTER, age, post_cards
from esm_portal.models import Post
from esm_portal.types import AttachmentKind, PostKind
from tests.factories import (
    START,
    AccountFactory,
    AttachmentFactory,
    AuthorFactory,
    ChannelFactory,
    PostFactory,
)

EVIL = '"><script>alert(1)</script><img src=x onerror=alert(1)>\u202e'


def render(post: Post, **options: Any) -> BeautifulSoup:
    card = post_cards([Post.objects.get(pk=post.pk)], START, **options)[0]
    return BeautifulSoup(
        render_to_string(card.templates, {"card": card, "id": "x", "post_level": 3}), "html.parser"
    )


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(seconds=30), "Just now"),
        (timedelta(seconds=-30), "Just now"),
        (timedelta(minutes=14, seconds=5), "14\xa0minutes"),
        (timedelta(hours=3), "3\xa0hours"),
        (timedelta(days=6), "6\xa0days"),
        (timedelta(days=20), "4 November"),
        (timedelta(days=500), "12 July 2025"),
        (timedelta(days=-30), "24 December"),
    ],
)
def test_age(ago: timedelta, words: str) -> None:
    assert age(START - ago, START) in (words, words.replace("July", "Jul").replace("12 Jul", "12 Jul"))


@pytest.mark.django_db
class TestCard:
    def test_hostile_words_stay_words(self) -> None:
        channel = ChannelFactory(name=EVIL, account=AccountFactory(name=EVIL[:90]))
        author = AuthorFactory(account=channel.account, name=EVIL, job_title=EVIL, country=EVIL[:90])
        post = PostFactory(
            channel=channel, author=author, title=EVIL, topics=[EVIL, 7], language='x" onclick="y'
        )
        AttachmentFactory(post=post, name=EVIL)
        page = render(post, permalinks={post.pk: "/p/"})
        assert page.script is None
        assert page.img is None
        assert not [e for e in page.find_all(True) if any(name.startswith("on") for name in e.attrs)]
        assert EVIL in page.text

    @pytest.mark.parametrize(
        "url", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "vbscript:x", ""]
    )
    def test_only_web_addresses_are_links(self, url: str) -> None:
        post = PostFactory(title="T", url=url)
        AttachmentFactory(post=post, url=url or "ftp://x/y")
        page = render(post)
        assert page.find_all("a") == []

    def test_a_title_is_the_heading_and_the_link(self) -> None:
        page = render(PostFactory(title="Title", url="https://blog.example/1"))
        assert page.h3.a["href"] == "https://blog.example/1"  # type: ignore[union-attr, index]
        assert page.article["aria-labelledby"] == page.h3["id"]  # type: ignore[index]

    def test_without_a_title_the_person_is_the_heading_and_the_time_the_link(self) -> None:
        post = PostFactory(author__name="Aiko Nakamura")
        page = render(post, permalinks={post.pk: "/here/"})
        assert page.h3.text == "Aiko Nakamura"  # type: ignore[union-attr]
        assert page.time.parent["href"] == "/here/"  # type: ignore[union-attr, index]
        assert datetime.fromisoformat(page.time["datetime"]) == post.published_at  # type: ignore[index, arg-type]
        assert page.time["title"]  # type: ignore[index]

    def test_with_neither_the_channel_is_the_heading(self) -> None:
        page = render(PostFactory(author=None, channel__name="Plant news"))
        assert page.h3.text == "Plant news"  # type: ignore[union-attr]
        assert page.select(".esm-avatar") == []

    def test_the_person_comes_with_initials_work_and_place(self) -> None:
        author = {"author__name": "Aiko Nakamura", "author__job_title": "Lead", "author__country": "Japan"}
        page = render(PostFactory(title="T", **author))
        avatar = page.select_one(".esm-avatar")
        assert avatar is not None
        assert (avatar.text, avatar["aria-hidden"]) == ("AN", "true")
        assert "Lead · Japan" in page.text
        assert not page.find_all(style=True)

    def test_the_kind_is_a_word(self) -> None:
        assert "Question" in render(PostFactory(kind=PostKind.QUESTION.value)).text
        assert "Post" not in render(PostFactory(text="words")).select_one(".esm-tags").text  # type: ignore[union-attr]

    def test_a_channel_named_like_its_account_is_named_once(self) -> None:
        channel = ChannelFactory(name="Blog", account=AccountFactory(name="Blog"))
        assert render(PostFactory(channel=channel)).select_one(".esm-tags").text.split() == ["Blog"]  # type: ignore[union-attr]

    def test_long_texts_are_folded_and_whole_on_their_own_page(self) -> None:
        words = "word " * FOLD_AFTER["list"]
        post = PostFactory(text=words, clean_html=format_html("<p>{}</p>", words))
        page = render(post)
        assert page.details is not None
        assert 0 < len(page.select_one(".esm-fold__start").text) <= EXCERPT["list"]  # type: ignore[union-attr]
        assert render(post, fold=False).details is None
        medium = PostFactory(text="word " * 100)
        assert render(medium).details is None
        assert render(medium, layout="cards").details is not None

    def test_images_are_links_until_they_are_mirrored(self) -> None:
        post = PostFactory()
        AttachmentFactory(
            post=post, kind=AttachmentKind.IMAGE.value, name="p.jpg", alt="A counter", size=2048
        )
        AttachmentFactory(post=post, kind=AttachmentKind.LINK.value, name="", url="https://wiki.example/page")
        page = render(post)
        assert page.img is None
        rows = [" ".join(a.text.split()) for a in page.select("a.esm-file")]
        assert rows == ["Image A counter 2.0\xa0KB".replace("\xa0", " "), "Link wiki.example"]
        assert all("noopener" in a["rel"] for a in page.select("a.esm-file"))

    def test_counts_are_shown_when_they_are_known(self) -> None:
        foot = render(PostFactory(replies_count=1, reactions_count=0)).footer
        assert foot is not None
        assert "1 reply" in foot.text
        assert "0 reactions" in foot.text
        assert render(PostFactory(url="")).footer is None

    def test_foreign_text_says_its_language(self) -> None:
        post = PostFactory(title="عنوان", language="", channel__language="ar")
        page = render(post)
        assert (page.h3["lang"], page.h3["dir"]) == ("ar", "auto")  # type: ignore[index]
        body = page.select_one(".esm-prose")
        assert body is not None
        assert (body["lang"], body["dir"]) == ("ar", "auto")

    def test_a_network_may_have_a_card_of_its_own(self, settings: Any, tmp_path: Any) -> None:
        (tmp_path / "esm_portal" / "posts").mkdir(parents=True)
        (tmp_path / "esm_portal/posts/special.html").write_text("<b>{{ card.author }}</b>")
        templates = [dict(settings.TEMPLATES[0], DIRS=[tmp_path, *settings.TEMPLATES[0]["DIRS"]])]
        settings.TEMPLATES = templates
        special = ChannelFactory(account__provider="special")
        assert str(render(PostFactory(channel=special, author__name="Ada L"))) == "<b>Ada L</b>"
        assert render(PostFactory()).article is not None
