"""What is read from rss2_empty_channel.xml."""

from __future__ import annotations

FEED = {"title": "Empty", "home_url": "https://news.lumiere-beauty.example", "description": "No items"}
OWNERS = {}
SKIPPED = ()
POSTS = ()
