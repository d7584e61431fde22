"""What is read from jsonfeed_empty.json."""

from __future__ import annotations

FEED = {"title": "Empty"}
OWNERS = {}
SKIPPED = ()
POSTS = ()
