from __future__ import annotations

from typing import Any

import pytest
from django.template.loader import get_template

from esm_portal.blocks.post import PostBlock
from tests.factories import GroupFactory, PostFactory, UserFactory, make_hub_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def show(rf: Any) -> Any:
    def render(post_id: int | None, user: Any = None, preview: bool = False) -> str:
        request = rf.get("/")
        request.user = user
        request.is_preview = preview
        page = make_hub_page({"type": "post", "value": {"post": post_id}}, slug=f"p{rf.counter}")
        rf.counter += 1
        return str(page.body[0].render({"request": request}))

    rf.counter = 0
    return render


def test_an_open_post_is_shown(show: Any) -> None:
    assert "Some words" in show(PostFactory(text="Some words").pk)


@pytest.mark.parametrize("post_id", [None, 10**9])
def test_a_post_that_is_gone_is_not_there(show: Any, post_id: int | None) -> None:
    assert show(post_id) == ""
    assert "Readers see nothing here" in show(post_id, preview=True)


def test_a_closed_post_is_there_for_members_only(show: Any) -> None:
    group = GroupFactory()
    post = PostFactory(channel__groups=[group], text="Closed words")
    assert show(post.pk, UserFactory()) == ""
    assert "Closed words" in show(post.pk, UserFactory(groups=[group]))
    assert "Closed words" in show(post.pk, UserFactory(permissions=["view_post"]), preview=True)


def test_a_page_leaves_no_empty_box_for_it(client: Any) -> None:
    page = make_hub_page({"type": "post", "value": {"post": 10**9}})
    assert "esm-block" not in client.get(page.url).content.decode()


def test_the_editors_preview_shows_a_sample(rf: Any) -> None:
    definition = PostBlock()
    definition.set_name("post")
    value = definition.get_preview_value()
    context = {"request": rf.get("/"), "bound_block": definition.bind(value), "block_def": definition}
    html = get_template(definition.get_preview_template(value)).render(
        definition.get_preview_context(value, context)
    )
    assert "Aiko Nakamura" in html
