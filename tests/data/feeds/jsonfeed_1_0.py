"""What is read from jsonfeed_1_0.json."""

from __future__ import annotations

from esm_portal.types import AuthorData, BodyFormat, PostData

FEED = {"title": "Old feed", "home_url": "https://news.lumiere-beauty.example"}
OWNERS = {}
SKIPPED = ()
POSTS = (
    PostData(
        external_id="1",
        published_at=None,
        body="JSON Feed 1.0 with author object",
        body_format=BodyFormat.TEXT,
        author=AuthorData(external_id="old author", name="Old Author"),
    ),
)
