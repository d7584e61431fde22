"""What is read from rss2_windows1252_declared_utf8.xml."""

from __future__ import annotations

from datetime import UTC, datetime

from esm_portal.types import PostData

FEED = {
    "title": "Lumière “quotes” – dash",
    "home_url": "https://news.lumiere-beauty.example",
    "description": "Declared UTF-8, bytes are windows-1252",
}
OWNERS = {}
SKIPPED = ()
POSTS = (
    PostData(
        external_id="enc-1",
        published_at=datetime(2026, 11, 19, 10, 0, tzinfo=UTC),
        body="Ligne d’été…",
        title="It’s 50 € only",
        url="https://news.lumiere-beauty.example/enc",
    ),
)
