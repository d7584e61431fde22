"""What is read from rss2_utf16.xml."""

from __future__ import annotations

from datetime import UTC, datetime

from esm_portal.types import PostData

FEED = {
    "title": "Lumière",
    "home_url": "https://news.lumiere-beauty.example",
    "description": "utf-16 with BOM",
}
OWNERS = {}
SKIPPED = ()
POSTS = (
    PostData(
        external_id="enc-1",
        published_at=datetime(2026, 11, 19, 10, 0, tzinfo=UTC),
        body="Été",
        title="Crème",
        url="https://news.lumiere-beauty.example/enc",
    ),
)
