"""What is read from rss091_netscape.xml."""

from __future__ import annotations

from esm_portal.types import PostData

FEED = {
    "title": "Old wiki",
    "home_url": "http://wiki.lumiere-beauty.example/",
    "description": "Changes",
    "language": "en-us",
}
OWNERS = {}
SKIPPED = ()
POSTS = (
    PostData(
        external_id="http://wiki.lumiere-beauty.example/start",
        published_at=None,
        body="Edited by Noa.",
        title="Start page",
        url="http://wiki.lumiere-beauty.example/start",
        language="en-us",
    ),
)
