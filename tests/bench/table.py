"""A figure, its baseline and its target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number."""

    what: str
    value: float
    #: What ``value`` was measured against, with its own absolute number.
    baseline: str
    target: float
    #: Whether more is better (">=") or less is ("<=").
    at_least: bool = True
    unit: str = ""

    @property
    def is_met(self) -> bool:
        return self.value >= self.target if self.at_least else self.value <= self.target


def print_table(figures: Sequence[Figure]) -> None:
    """One line a figure: what, measured, target, ok or short, baseline."""
    rows = [("figure", "measured", "target", "", "baseline")]
    for figure in figures:
        sign = ">=" if figure.at_least else "<="
        rows.append(
            (
                figure.what,
                f"{_number(figure.value)}{figure.unit}",
                f"{sign} {_number(figure.target)}{figure.unit}",
                "ok" if figure.is_met else "short",
                figure.baseline,
            )
        )
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        print("  ".join([*cells, row[4]]).rstrip())


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"
