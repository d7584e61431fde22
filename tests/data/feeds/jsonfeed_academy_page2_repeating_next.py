"""What is read from jsonfeed_academy_page2_repeating_next.json."""

from __future__ import annotations

from datetime import UTC, datetime

from esm_portal.types import BodyFormat, PostData

FEED = {
    "title": "Lumière Academy",
    "next_url": "https://news.lumiere-beauty.example/academy/feed.json?page=2",
    "wish": 86400,
}
OWNERS = {}
SKIPPED = ()
POSTS = (
    PostData(
        external_id="0",
        published_at=datetime(2026, 1, 2, 9, 0, tzinfo=UTC),
        body="Oldest item; next_url repeats itself: stop.",
        body_format=BodyFormat.TEXT,
        url="https://news.lumiere-beauty.example/academy/0",
    ),
)
