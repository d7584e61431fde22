from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from esm_portal.models import Author, Channel, Post


@pytest.mark.parametrize(
    ("address", "ok"),
    [
        ("https://blog.example/feed", True),
        ("https://blog.example/@ana/feed?to=a@b.example", True),
        ("all company", True),
        ("https://portal:s3cret@blog.example/feed", False),
        ("http://portal@blog.example", False),
    ],
)
def test_an_address_holds_no_password(address: str, ok: bool) -> None:
    channel = Channel(external_id=address)
    if ok:
        channel.clean()
    else:
        with pytest.raises(ValidationError, match="into the account"):
            channel.clean()


def test_an_address_with_a_password_is_refused_and_not_shown_again(admin_client) -> None:
    response = admin_client.post(
        reverse("social_channels_modeladmin_create"),
        {"step": "find", "account": "new", "address": "https://u:s3cret@blog.example/"},
    )
    assert b"s3cret" not in response.content


@pytest.mark.parametrize(
    ("name", "initials"), [("Aiko Nakamura", "AN"), ("ana", "A"), ("山田 太郎", "山太"), ("42", ""), ("", "")]
)
def test_initials_stand_for_a_person(name: str, initials: str) -> None:
    assert Author(name=name).initials == initials


def test_a_post_is_named_by_its_title_or_its_words() -> None:
    assert str(Post(title="Title", text="Words")) == "Title"
    assert str(Post(text="word " * 50)).startswith("word word")
    assert len(str(Post(text="word " * 50))) <= 90
    assert str(Post(external_id="x1")) == "x1"
