from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from esm_portal.blocks.choosers import ChannelChooserBlock, KeyPageChooser, PostChooserBlock
from esm_portal.models import Channel
from tests.factories import ChannelFactory, PostFactory, home_page

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("value", [None, "", "x", [], {}, 1.5j])
def test_what_is_no_key_is_nothing(value: Any) -> None:
    assert ChannelChooserBlock().to_python(value) is None
    assert ChannelChooserBlock().bulk_to_python([value, 3]) == [None, 3]


def test_a_row_and_its_key_are_the_same() -> None:
    channel = ChannelFactory()
    block = ChannelChooserBlock()
    for value in (channel, channel.pk, str(channel.pk)):
        assert block.normalize(value) == block.get_prep_value(value) == block.clean(value) == channel.pk
    assert list(block.extract_references(channel.pk)) == [(Channel, str(channel.pk), "", "")]
    assert list(block.extract_references(None)) == []


def test_the_editor_sees_the_name_and_nothing_of_what_is_gone() -> None:
    post = PostFactory(title="Title <b>")
    block = PostChooserBlock()
    assert block.get_form_state(post.pk)["title"] == "Title <b>"
    assert block.render_basic(post.pk) == "Title &lt;b&gt;"
    assert block.get_form_state(10**9) is None
    assert block.render_basic(10**9) == ""


def test_a_channel_that_is_gone_must_be_chosen_anew() -> None:
    with pytest.raises(ValidationError):
        ChannelChooserBlock().clean(10**9)


def test_a_page_is_kept_by_its_key() -> None:
    page = home_page()
    block = KeyPageChooser(required=False)
    assert block.to_python(page.pk) == page.pk
    assert block.clean(page.pk) == page.pk
    assert block.clean(None) is None
    assert block.get_form_state(page.pk)["id"] == page.pk
    assert block.get_form_state(None) is None
