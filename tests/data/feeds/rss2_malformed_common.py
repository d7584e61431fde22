"""What is read from rss2_malformed_common.xml."""

from __future__ import annotations

from datetime import UTC, datetime

from esm_portal.types import PostData, SkippedItem

FEED = {
    "title": "Lumière & Friends",
    "home_url": "https://news.lumiere-beauty.example",
    "description": "Unescaped &, undeclared entity andé, leading blank line before the declaration",
    "is_cut": True,
}
OWNERS = {}
SKIPPED = (SkippedItem(external_id="", reason="The feed breaks off within this entry."),)
POSTS = (
    PostData(
        external_id="m-1",
        published_at=datetime(2026, 11, 19, 10, 0, tzinfo=UTC),
        body="<p>Raw HTML <br> not escaped<p>",
        title="R&D news",
        url="https://news.lumiere-beauty.example/a?x=1&y=2",
    ),
    PostData(
        external_id="m-2",
        published_at=datetime(2026, 11, 18, 10, 0, tzinfo=UTC),
        body="<p>namespace not declared</p>",
        title="Undeclared prefix",
    ),
    PostData(
        external_id="m-3",
        published_at=datetime(2026, 11, 17, 10, 0, tzinfo=UTC),
        body="",
        title="Control char here",
    ),
)
