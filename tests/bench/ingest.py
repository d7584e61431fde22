"""Ingesting 20,000 entries over 40 feeds, against the PyPI package reader on the same feeds."""

from __future__ import annotations

import json
import sys
from typing import Any

from tests.bench.site import data_folder, environment, free_port, migrate, python, running
from tests.bench.table import Figure

FEEDS = 40
ENTRIES = 500
ROUNDS = 2


def measure() -> list[Figure]:
    """Best of some rounds, taken in turns so that a busy machine hits both."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    ours: list[dict[str, Any]] = []
    theirs: list[dict[str, Any]] = []
    with data_folder() as folder:
        server = [sys.executable, "-m", "tests.bench.feeds", str(port), str(FEEDS), str(ENTRIES)]
        with running(server, port, environment(folder)):
            for number in range(ROUNDS):
                mine = folder / str(number)
                mine.mkdir()
                migrate(mine)
                ours.append(_run(mine, port, "ingest", base, str(FEEDS)))
                database = str(mine / "reader.sqlite")
                theirs.append(_run(mine, port, "ingest_with_reader", base, str(FEEDS), database))
    assert all(run["entries"] == FEEDS * ENTRIES for run in (*ours, *theirs)), (ours, theirs)
    our_rate, their_rate = (max(run["entries"] / run["seconds"] for run in runs) for runs in (ours, theirs))
    peak = max(run["peak"] for run in ours) / 1e6
    return [
        Figure(
            f"ingest {FEEDS * ENTRIES:,} entries: rate / reader's",
            our_rate / their_rate,
            f"{our_rate:,.0f} entries/s against reader's {their_rate:,.0f}",
            1,
        ),
        Figure("ingest: peak memory", peak, "of the whole process", 200, at_least=False, unit=" MB"),
    ]


def _run(folder: Any, port: int, *arguments: str) -> dict[str, Any]:
    output = python(folder, "-m", "tests.bench.program", *arguments, feeds_port=port)
    return dict(json.loads(output.splitlines()[-1]))
