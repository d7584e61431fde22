"""A quiet sync: nothing new at the service."""

from __future__ import annotations

import json
import sys

from tests.bench.site import data_folder, environment, free_port, migrate, python, running
from tests.bench.table import Figure

FEEDS = 40
#: Where a sync keeps its own books; everything else is what pages show.
BOOKS = {"esm_portal_channelstate", "esm_portal_syncrun"}


def measure() -> list[Figure]:
    """Requests per channel, and how many tables that pages show were written to."""
    port = free_port()
    with data_folder() as folder:
        migrate(folder)
        server = [sys.executable, "-m", "tests.bench.feeds", str(port), str(FEEDS), "50"]
        with running(server, port, environment(folder)):
            base = f"http://127.0.0.1:{port}"
            output = python(folder, "-m", "tests.bench.program", "quiet", base, str(FEEDS), feeds_port=port)
    result = json.loads(output.splitlines()[-1])
    shown = [table for table in result["written"] if table not in BOOKS]
    return [
        Figure(
            "quiet sync: requests per channel",
            result["requests"] / FEEDS,
            "one conditional request",
            1,
            at_least=False,
        ),
        Figure(
            "quiet sync: tables of pages written to",
            len(shown) + result["versions_moved"],
            "posts, authors, attachments, channels, versions",
            0,
            at_least=False,
        ),
    ]
