from __future__ import annotations

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from esm_portal.models import Post
from tests.admin.fakes import make_channel, make_post


def inspect(client: Client, post: Post) -> BeautifulSoup:
    response = client.get(reverse("social_posts_modeladmin_inspect", args=[post.pk]))
    return BeautifulSoup(response.content, "html.parser")


@pytest.mark.django_db
def test_a_post_is_shown_as_readers_see_it(as_user: Callable[..., Client]) -> None:
    post = make_post(make_channel(), title="<i>Sale</i>", replies_count=0, url="https://blog.example/1")
    soup = inspect(as_user("view_post"), post)
    body = soup.select_one(".esm-clean-html em")
    assert body
    assert body.text == "1"
    facts = {dt.text: dt.find_next("dd").text.strip() for dt in soup.select("dl dt")}  # type: ignore[union-attr]
    assert facts["Title"] == "<i>Sale</i>"
    assert facts["Replies"] == "0"
    assert facts["Reactions"] == "–"
    assert facts["Address at the service"] == "https://blog.example/1"
    assert not soup.select("footer a")  # nothing to edit or delete


@pytest.mark.django_db
def test_a_post_without_title_or_author_is_still_listed(as_user: Callable[..., Client]) -> None:
    make_post(make_channel(), title="", text="")
    response = as_user("view_post").get(reverse("social_posts_modeladmin_index"))
    assert len(BeautifulSoup(response.content, "html.parser").select("tr[data-object-pk]")) == 1
