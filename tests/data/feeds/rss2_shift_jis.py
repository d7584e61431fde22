"""What is read from rss2_shift_jis.xml."""

from __future__ import annotations

from datetime import UTC, datetime

from esm_portal.types import PostData

FEED = {"title": "ルミエール", "home_url": "https://news.lumiere-beauty.example", "description": "横浜ラボ"}
OWNERS = {}
SKIPPED = ()
POSTS = (
    PostData(
        external_id="enc-1",
        published_at=datetime(2026, 11, 19, 10, 0, tzinfo=UTC),
        body="来週発売",
        title="新しいクリーム",
        url="https://news.lumiere-beauty.example/enc",
    ),
)
