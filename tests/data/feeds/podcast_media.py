"""What is read from podcast_media.xml."""

from __future__ import annotations

from datetime import UTC, datetime

from esm_portal.types import AttachmentData, AttachmentKind, AuthorData, PostData

FEED = {
    "title": "Lumière Radio",
    "home_url": "https://radio.lumiere-beauty.example/shows/",
    "description": "Every Friday at noon",
    "wish": 21600,
}
OWNERS = {}
SKIPPED = ()
POSTS = (
    PostData(
        external_id="show-7",
        published_at=datetime(2026, 11, 20, 11, 0, tzinfo=UTC),
        body="A long talk about mirrors, and what people say to them in the morning.",
        title="Behind the mirror",
        url="https://radio.lumiere-beauty.example/shows/7",
        author=AuthorData(
            external_id="studio@lumiere-beauty.example anneke de wit",
            name="Anneke de Wit",
            email="studio@lumiere-beauty.example",
        ),
        language="nl-BE",
        attachments=(
            AttachmentData(
                kind=AttachmentKind.AUDIO,
                url="https://radio.lumiere-beauty.example/7",
                name="7",
                mime_type="audio/mpeg",
                size=12400321,
            ),
            AttachmentData(
                kind=AttachmentKind.VIDEO,
                url="https://radio.lumiere-beauty.example/7.mp4",
                name="7.mp4",
                mime_type="video/mp4",
                size=990000,
            ),
            AttachmentData(
                kind=AttachmentKind.IMAGE,
                url="https://radio.lumiere-beauty.example/7-small.jpg",
                name="7-small.jpg",
                mime_type="image/jpeg",
            ),
            AttachmentData(
                kind=AttachmentKind.IMAGE,
                url="https://radio.lumiere-beauty.example/art/7.jpg",
                name="7.jpg",
                mime_type="image/jpeg",
            ),
        ),
        topics=(
            "Radio",
            "Salons & Spas",
        ),
    ),
    PostData(
        external_id="show-6",
        published_at=datetime(2026, 11, 13, 11, 0, tzinfo=UTC),
        body="Text.",
        title="Hostile addresses",
    ),
)
