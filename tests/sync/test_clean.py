from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from esm_portal.sync.clean import clean_post
from esm_portal.testing import make_post
from esm_portal.types import AttachmentData, AttachmentKind, AuthorData, BodyFormat


def test_html_is_cleaned_and_its_words_kept() -> None:
    post = clean_post(
        make_post(
            "1", body="<p onclick=x()>Hello <script>bad()</script><b>all</b></p>", body_format=BodyFormat.HTML
        )
    )

    assert "onclick" not in post.clean_html
    assert "bad" not in post.clean_html
    assert post.text == "Hello all"


def test_text_is_escaped() -> None:
    post = clean_post(make_post("1", body="5 < 6 & <b>not bold</b>"))

    assert "<b>" not in post.clean_html
    assert post.text == "5 < 6 & <b>not bold</b>"


@pytest.mark.parametrize("junk", ["\x00", "\ud800"])
def test_what_a_database_refuses_is_removed(junk: str) -> None:
    author = AuthorData(external_id=f"a{junk}", name=f"An{junk}a")
    post = clean_post(make_post(f"1{junk}", title=f"T{junk}itle", body=f"Bo{junk}dy", author=author))

    assert (post.external_id, post.title, post.text) == ("1", "Title", "Body")
    assert post.author == AuthorData(external_id="a", name="Ana")


def test_too_long_is_cut_and_an_address_too_long_is_dropped() -> None:
    post = clean_post(make_post("1", title="x" * 9000, url="https://e.example/" + "x" * 9000))

    assert len(post.title) == 500
    assert post.title.endswith("…")
    assert post.url == ""


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "ftp://e.example/", "/relative"])
def test_only_web_addresses_are_kept(url: str) -> None:
    attachment = AttachmentData(kind=AttachmentKind.FILE, url=url)
    post = clean_post(make_post("1", url=url, attachments=(attachment,)))

    assert post.url == ""
    assert post.attachments == ()


def test_numbers_out_of_range_become_unknown() -> None:
    attachment = AttachmentData(kind=AttachmentKind.FILE, url="https://e.example/f", size=-1)
    post = clean_post(make_post("1", replies_count=-3, reactions_count=10**12, attachments=(attachment,)))

    assert post.replies_count is None
    assert post.reactions_count is None
    assert post.attachments[0].size is None


@pytest.mark.parametrize(
    ("tag", "expected"), [("pt_BR", "pt-BR"), ("en", "en"), ('en"><script>', "fr"), ("", "fr")]
)
def test_language_is_the_posts_own_or_the_channels(tag: str, expected: str) -> None:
    assert clean_post(make_post("1", language=tag), language="fr").language == expected


def test_hash_changes_with_each_part_a_reader_sees() -> None:
    post = make_post("1")
    author = AuthorData(external_id="a", name="Ana")
    attachment = AttachmentData(kind=AttachmentKind.IMAGE, url="https://e.example/i.png")
    variants = [
        post,
        replace(post, title="Other"),
        replace(post, body="Other"),
        replace(post, url="https://service.example/other"),
        replace(post, author=author),
        replace(post, author=replace(author, name="Anna")),
        replace(post, attachments=(attachment,)),
        replace(post, replies_count=1),
        replace(post, edited_at=datetime(2026, 2, 2, tzinfo=UTC)),
        replace(post, topics=("refill",)),
    ]

    assert len({clean_post(variant).content_hash for variant in variants}) == len(variants)


def test_hash_ignores_markup_that_is_cleaned_away() -> None:
    """A service that puts a new nonce into each answer does not make every post look edited."""
    first, second = (
        clean_post(make_post("1", body=f'<p data-nonce="{nonce}">Hi</p>', body_format=BodyFormat.HTML))
        for nonce in ("1", "2")
    )

    assert first.content_hash == second.content_hash
