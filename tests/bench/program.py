"""What the benches run inside a process of the example site: ``python -m tests.bench.program NAME ARGS``."""

from __future__ import annotations

import json
import resource
import sys
import time
from typing import Any


def add_channels(base: str, feeds: int) -> list[int]:
    from esm_portal.models import Account, Audience, Channel

    account = Account.objects.create(provider="feeds", name="Bench")
    return [
        Channel.objects.create(
            account=account,
            external_id=f"{base}/feed/{number}.xml",
            name=f"Feed {number}",
            audience=Audience.EVERYONE,
        ).pk
        for number in range(feeds)
    ]


def ingest(base: str, feeds: str) -> dict[str, Any]:
    """Read every feed once; entries, seconds and peak memory in bytes."""
    from esm_portal.models import Post
    from esm_portal.sync.engine import sync_channel

    channels = add_channels(base, int(feeds))
    start = time.perf_counter()
    for channel in channels:
        run = sync_channel(channel)
        assert run.outcome == "success", run.detail
    return report(Post.objects.count(), time.perf_counter() - start)


def ingest_with_reader(base: str, feeds: str, path: str) -> dict[str, Any]:
    """The same with the PyPI package reader."""
    from reader import make_reader

    reader = make_reader(path)
    for number in range(int(feeds)):
        reader.add_feed(f"{base}/feed/{number}.xml")
    start = time.perf_counter()
    reader.update_feeds()
    seconds = time.perf_counter() - start
    return report(reader.get_entry_counts().total, seconds)


def quiet(base: str, feeds: str) -> dict[str, Any]:
    """Read every feed twice; the tables the second, quiet round wrote to and whether a version moved."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from esm_portal.models import ChannelState
    from esm_portal.sync.engine import sync_channel

    channels = add_channels(base, int(feeds))
    for channel in channels:
        sync_channel(channel)
    versions = list(ChannelState.objects.order_by("pk").values_list("version", flat=True))
    requests = 0
    with CaptureQueriesContext(connection) as queries:
        for channel in channels:
            requests += sync_channel(channel).requests
    written = sorted(
        {
            sql.split()[1 if sql.startswith("UPDATE") else 2].strip('"')
            for query in queries
            if (sql := query["sql"]).startswith(("INSERT", "UPDATE", "DELETE"))
        }
    )
    moved = versions != list(ChannelState.objects.order_by("pk").values_list("version", flat=True))
    return {"requests": requests, "written": written, "versions_moved": moved}


def pages() -> dict[str, Any]:
    """The pages of the page bench."""
    from tests.bench.pages import build

    return build()


def report(entries: int, seconds: float) -> dict[str, Any]:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {"entries": entries, "seconds": seconds, "peak": peak}


if __name__ == "__main__":
    name, *arguments = sys.argv[1:]
    if name != "ingest_with_reader":
        import django

        django.setup()
    print(json.dumps(globals()[name](*arguments)))
