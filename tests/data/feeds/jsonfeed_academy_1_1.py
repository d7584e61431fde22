"""What is read from jsonfeed_academy_1_1.json."""

from __future__ import annotations

from datetime import UTC, datetime

from esm_portal.types import AttachmentData, AttachmentKind, AuthorData, BodyFormat, PostData

FEED = {
    "title": "Lumière Academy",
    "home_url": "https://news.lumiere-beauty.example/academy/",
    "description": "Training news",
    "language": "fr",
    "next_url": "https://news.lumiere-beauty.example/academy/feed.json?page=2",
}
OWNERS = {}
SKIPPED = ()
POSTS = (
    PostData(
        external_id="https://news.lumiere-beauty.example/academy/10",
        published_at=datetime(2026, 11, 19, 15, 5, 45, tzinfo=UTC),
        body='<p>Hello <b>all</b> <img src="img/a.jpg"></p><script>alert(1)</script>',
        title="HTML and text",
        url="https://news.lumiere-beauty.example/academy/10",
        author=AuthorData(
            external_id="https://news.lumiere-beauty.example/people/amadou amadou ndiokhane",
            name="Amadou Ndiokhane",
            url="https://news.lumiere-beauty.example/people/amadou",
        ),
        edited_at=datetime(2026, 11, 20, 8, 0, tzinfo=UTC),
        language="fr",
        topics=(
            "refill",
            "training",
        ),
    ),
    PostData(
        external_id="9",
        published_at=datetime(2026, 11, 18, 9, 0, tzinfo=UTC),
        body="Microblog item without title, relative URL",
        body_format=BodyFormat.TEXT,
        url="https://news.lumiere-beauty.example/academy/9",
        author=AuthorData(
            external_id="https://news.lumiere-beauty.example/people/amadou amadou ndiokhane",
            name="Amadou Ndiokhane",
            url="https://news.lumiere-beauty.example/people/amadou",
        ),
        language="fr",
    ),
    PostData(
        external_id="8",
        published_at=datetime(2026, 11, 17, 9, 0, tzinfo=UTC),
        body="<p>coerce to string</p>",
        title="Numeric id",
        url="https://news.lumiere-beauty.example/academy/8",
        author=AuthorData(
            external_id="https://news.lumiere-beauty.example/people/amadou amadou ndiokhane",
            name="Amadou Ndiokhane",
            url="https://news.lumiere-beauty.example/people/amadou",
        ),
        language="fr",
    ),
    PostData(
        external_id="7",
        published_at=None,
        body="<p>no date_published</p>",
        title="No date",
        url="https://news.lumiere-beauty.example/academy/7",
        author=AuthorData(
            external_id="https://news.lumiere-beauty.example/people/amadou amadou ndiokhane",
            name="Amadou Ndiokhane",
            url="https://news.lumiere-beauty.example/people/amadou",
        ),
        language="fr",
    ),
    PostData(
        external_id="https://news.lumiere-beauty.example/academy/6",
        published_at=datetime(2026, 11, 15, 9, 0, tzinfo=UTC),
        body="<p>fall back to url or skip</p>",
        title="Missing id",
        url="https://news.lumiere-beauty.example/academy/6",
        author=AuthorData(
            external_id="https://news.lumiere-beauty.example/people/amadou amadou ndiokhane",
            name="Amadou Ndiokhane",
            url="https://news.lumiere-beauty.example/people/amadou",
        ),
        language="fr",
    ),
    PostData(
        external_id="5",
        published_at=datetime(2026, 11, 14, 9, 0, tzinfo=UTC),
        body="External",
        body_format=BodyFormat.TEXT,
        title="Link blog item",
        url="https://www.regulator.example/eu",
        author=AuthorData(
            external_id="https://news.lumiere-beauty.example/people/amadou amadou ndiokhane",
            name="Amadou Ndiokhane",
            url="https://news.lumiere-beauty.example/people/amadou",
        ),
        language="fr",
    ),
    PostData(
        external_id="4",
        published_at=datetime(2026, 11, 13, 9, 0, tzinfo=UTC),
        body="Audio and PDF",
        body_format=BodyFormat.TEXT,
        title="Attachments",
        url="https://news.lumiere-beauty.example/academy/4",
        author=AuthorData(
            external_id="https://news.lumiere-beauty.example/people/amadou amadou ndiokhane",
            name="Amadou Ndiokhane",
            url="https://news.lumiere-beauty.example/people/amadou",
        ),
        language="fr",
        attachments=(
            AttachmentData(
                kind=AttachmentKind.AUDIO,
                url="https://news.lumiere-beauty.example/m/a.mp3",
                name="Audio",
                mime_type="audio/mpeg",
                size=120066,
            ),
            AttachmentData(
                kind=AttachmentKind.FILE,
                url="https://news.lumiere-beauty.example/m/b.pdf",
                name="b.pdf",
                mime_type="application/pdf",
            ),
        ),
    ),
    PostData(
        external_id="3",
        published_at=datetime(2026, 11, 12, 9, 0, tzinfo=UTC),
        body="Summary only",
        body_format=BodyFormat.TEXT,
        title="Neither content_html nor content_text",
        url="https://news.lumiere-beauty.example/academy/3",
        author=AuthorData(
            external_id="https://news.lumiere-beauty.example/people/amadou amadou ndiokhane",
            name="Amadou Ndiokhane",
            url="https://news.lumiere-beauty.example/people/amadou",
        ),
        language="fr",
        attachments=(
            AttachmentData(
                kind=AttachmentKind.IMAGE,
                url="https://news.lumiere-beauty.example/img/3.png",
                name="3.png",
                mime_type="image/png",
            ),
        ),
    ),
    PostData(
        external_id="2",
        published_at=datetime(2026, 11, 11, 0, 0, tzinfo=UTC),
        body="<p>نص 中文 👩🏽\u200d🔬</p>",
        title="1.0 style author",
        url="https://news.lumiere-beauty.example/academy/2",
        author=AuthorData(external_id="ingrid solheimsen", name="Ingrid Solheimsen"),
        language="ar",
    ),
    PostData(
        external_id="1",
        published_at=None,
        body='<a href="javascript:alert(1)">x</a>',
        title="Hostile URL",
        author=AuthorData(
            external_id="https://news.lumiere-beauty.example/people/amadou amadou ndiokhane",
            name="Amadou Ndiokhane",
            url="https://news.lumiere-beauty.example/people/amadou",
        ),
        language="fr",
    ),
)
