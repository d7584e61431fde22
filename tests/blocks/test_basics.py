from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.template.loader import get_template

from esm_portal.blocks.basics import HeadingBlock, ParagraphBlock, heading_level
from esm_portal.blocks.stream import HubBlocks


@pytest.mark.parametrize(
    ("given", "level"), [(None, 2), ({}, 2), ({"heading_level": 3}, 3), ({"heading_level": 9}, 6)]
)
def test_headings_stay_within_the_page(given: Any, level: int) -> None:
    assert heading_level(given) == level


def test_a_heading_is_escaped_and_takes_its_level_from_the_page() -> None:
    block = HeadingBlock()
    value = block.to_python({"text": "<i>Words</i>"})
    assert "<h2" in block.render(value)
    page = BeautifulSoup(block.render(value, {"heading_level": 3}), "html.parser")
    assert page.h3.text == "<i>Words</i>"  # type: ignore[union-attr]


@pytest.mark.django_db
@pytest.mark.parametrize("block", list(HubBlocks().child_blocks.values()), ids=lambda block: block.name)
def test_each_block_explains_itself_to_editors(block: Any, rf: Any) -> None:
    assert block.meta.icon != "placeholder"
    assert str(block.get_description()).endswith(".")
    assert block.is_previewable
    value = block.get_preview_value()
    context = {"request": rf.get("/"), "bound_block": block.bind(value), "block_def": block}
    html = get_template(block.get_preview_template(value)).render(block.get_preview_context(value, context))
    page = BeautifulSoup(html, "html.parser")
    assert page.main is not None
    assert page.main.text.strip()
    assert page.find("link", rel="stylesheet")["href"].endswith("esm_portal/esm.css")  # type: ignore[index]
    assert page.script is None


@pytest.mark.django_db
def test_text_keeps_links_and_lists() -> None:
    block = ParagraphBlock()
    html = block.render(block.to_python({"text": '<ul><li><a href="https://x.example/">x</a></li></ul>'}))
    assert "<li>" in html
    assert "https://x.example/" in html
