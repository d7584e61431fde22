"""The stylesheet's promises: readable colours, directions by logic, nothing from elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import esm_portal

CSS = (Path(esm_portal.__file__).parent / "static/esm_portal/esm.css").read_text()
RULES = re.sub(r"/\*.*?\*/", "", CSS, flags=re.DOTALL)
GROUNDS = ("background", "surface", "sunken", "praise-ground")
PAIRS = [
    *((ink, ground) for ink in ("text", "muted", "accent") for ground in GROUNDS),
    ("on-accent", "accent"),
    ("question", "question-ground"),
    ("praise", "praise-ground"),
    ("praise", "background"),
    *((ink, ground) for ink in ("good", "avoid") for ground in ("surface", "background")),
    *(("on-tone", f"tone-{number}") for number in range(1, 9)),
]


def tokens() -> dict[str, tuple[str, str]]:
    """Name -> its colour in light and in dark."""
    found = {
        name: (light, dark)
        for name, light, dark in re.findall(r"--esm-([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", RULES)
    }
    return found | {name: (one, one) for name, one in re.findall(r"--esm-([\w-]+): (#\w{6});", RULES)}


def luminance(colour: str) -> float:
    """Relative luminance, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_text_is_readable_on_its_ground(ink: str, ground: str) -> None:
    for scheme in (0, 1):
        assert contrast(tokens()[ink][scheme], tokens()[ground][scheme]) >= 4.5


def test_frames_of_controls_can_be_seen() -> None:
    for scheme in (0, 1):
        assert contrast(tokens()["control-line"][scheme], tokens()["background"][scheme]) >= 3


def test_directions_follow_the_script() -> None:
    sides = "left|right|top|bottom"
    physical = (
        rf"(margin|padding|border|inset)-({sides})\b|text-align: (left|right)|[^-]\b({sides}|width|height):"
    )
    assert re.findall(physical, RULES.replace("(min-width: 60rem)", "")) == []


def test_nothing_comes_from_elsewhere() -> None:
    assert not re.search(r"url\(|@import|@font-face", RULES)


def test_no_text_is_tiny() -> None:
    sizes = [float(size) * 16 for size in re.findall(r"font-size: ([\d.]+)rem", RULES)]
    assert min(sizes) >= 12.5
