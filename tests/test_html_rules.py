from __future__ import annotations

from esm_portal import html_rules as rules


def test_nothing_that_runs_or_loads_is_allowed() -> None:
    assert not rules.TAGS & (
        rules.DROPPED | rules.MEDIA.keys() | {"link", "meta", "base", "form", "input", "embed"}
    )
    names = frozenset().union(*rules.ATTRIBUTES.values())
    assert not {name for name in names if name.startswith("on")}
    assert not names & {"style", "class", "id", "name", "src", "srcset", "target", "ping"}


def test_what_is_renamed_becomes_something_allowed() -> None:
    assert set(rules.RENAMED.values()) <= rules.TAGS
    assert not rules.RENAMED.keys() & rules.TAGS


def test_headings_above_the_posts_own_are_not_allowed() -> None:
    assert sorted(rules.TAGS & rules.HEADINGS) == ["h4", "h5", "h6"]
