"""Reading HTML in tests: what it means, not how it is written."""

from __future__ import annotations

from bs4 import BeautifulSoup, Tag


def parsed(markup: str) -> BeautifulSoup:
    """``markup`` in a <main> of its own."""
    return BeautifulSoup(f"<main>{markup}</main>", "html.parser")


def only(markup: str, name: str) -> Tag:
    """The one element ``name`` of ``markup``; fails when there are more or none."""
    found = parsed(markup).find_all(name)
    assert len(found) == 1, markup
    tag = found[0]
    assert isinstance(tag, Tag)
    return tag


def hrefs(markup: str) -> list[str]:
    """Where the links of ``markup`` lead."""
    return [str(link["href"]) for link in parsed(markup).find_all("a")]
