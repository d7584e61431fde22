"""What is read from rss2_iso8859_1.xml."""

from __future__ import annotations

from datetime import UTC, datetime

from esm_portal.types import PostData

FEED = {
    "title": "Lumière Été",
    "home_url": "https://news.lumiere-beauty.example",
    "description": "Déclaré et encodé en latin-1",
}
OWNERS = {}
SKIPPED = ()
POSTS = (
    PostData(
        external_id="enc-1",
        published_at=datetime(2026, 11, 19, 10, 0, tzinfo=UTC),
        body="Très bientôt en boutique",
        title="Crème à lèvres",
        url="https://news.lumiere-beauty.example/enc",
    ),
)
