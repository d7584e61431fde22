"""What is read from rss1_rdf.xml."""

from __future__ import annotations

from datetime import UTC, datetime

from esm_portal.types import AuthorData, PostData

FEED = {"title": "Lumière RDF", "home_url": "https://news.lumiere-beauty.example", "description": "RSS 1.0"}
OWNERS = {}
SKIPPED = ()
POSTS = (
    PostData(
        external_id="https://news.lumiere-beauty.example/1",
        published_at=datetime(2026, 11, 19, 9, 0, tzinfo=UTC),
        body="RSS 1.0 entry",
        title="Old style item",
        url="https://news.lumiere-beauty.example/1",
        author=AuthorData(external_id="noa ben-tzurel", name="Noa Ben-Tzurel"),
    ),
)
