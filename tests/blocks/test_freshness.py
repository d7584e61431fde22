from __future__ import annotations

from datetime import timedelta

import pytest

from esm_portal.blocks.freshness import freshness_line, freshness_text
from esm_portal.selectors import ChannelView, Freshness
from tests.factories import START


def text(minutes: int | None, silent: tuple[str, ...] = (), all_silent: bool = False) -> str:
    updated = None if minutes is None else START - timedelta(minutes=minutes)
    return freshness_text(Freshness(updated, silent), all_silent=all_silent, now=START)


@pytest.mark.parametrize(
    ("minutes", "silent", "all_silent", "words"),
    [
        (None, (), False, ""),
        (0, (), False, "Updated just now"),
        (2, (), False, "Updated 2\xa0minutes ago"),
        (60 * 30, (), False, "Updated 1\xa0day ago"),
        (180, ("Blog",), True, "Blog is not answering; these are the posts of 6:40."),
        (None, ("Blog",), True, "Blog is not answering."),
        (2, ("Blog",), False, "Updated 2\xa0minutes ago. Blog is not answering."),
        (2, ("Blog", "Wiki"), False, "Updated 2\xa0minutes ago. Blog and Wiki are not answering."),
        (2, ("A", "B", "C"), False, "Updated 2\xa0minutes ago. A and 2 more are not answering."),
    ],
)
def test_words(minutes: int | None, silent: tuple[str, ...], all_silent: bool, words: str) -> None:
    assert text(minutes, silent, all_silent) == words


def test_an_older_day_is_named() -> None:
    assert (
        text(60 * 24, ("Blog",), True) == "Blog is not answering; these are the posts of 23 Nov 2026, 9:40."
    )


def test_names_are_escaped_and_channels_never_read_have_no_line() -> None:
    view = ChannelView(1, "<b>Blog</b>", 1, None, 3)
    assert freshness_line([view], START) == (
        '<p class="esm-fresh esm-fresh--silent">&lt;b&gt;Blog&lt;/b&gt; is not answering.</p>'
    )
    assert freshness_line([ChannelView(1, "Blog", 1, None, 0)], START) == ""
    assert freshness_line([], START) == ""
