"""What is read from rss2_newsroom.xml."""

from __future__ import annotations

from datetime import UTC, datetime

from esm_portal.types import AttachmentData, AttachmentKind, AuthorData, PostData

FEED = {
    "title": "Lumière Newsroom & Stories",
    "home_url": "https://news.lumiere-beauty.example/",
    "description": "News from Lumière Beauty Group",
    "language": "fr-FR",
    "wish": 3600,
}
OWNERS = {}
SKIPPED = ()
POSTS = (
    PostData(
        external_id="lbg-news-1010",
        published_at=datetime(2026, 11, 19, 15, 5, tzinfo=UTC),
        body=(
            "<p>The <strong>Lyon</strong> refill station passed 1,200 uses. "
            '<img src="/media/refill.jpg" alt="Jar"> <a href="../guide">Guide</a></p>'
            "<script>alert(1)</script>"
        ),
        title="Refill pilot passes 1,200 uses",
        url="https://news.lumiere-beauty.example/2026/refill-pilot?utm_source=rss",
        author=AuthorData(external_id="maëlle corvisart", name="Maëlle Corvisart"),
        language="fr-FR",
        topics=("Sustainability",),
    ),
    PostData(
        external_id="/2026/no-guid",
        published_at=datetime(2026, 11, 18, 9, 0, tzinfo=UTC),
        body="Relative link, no guid.",
        title="Item without guid",
        url="https://news.lumiere-beauty.example/2026/no-guid",
        language="fr-FR",
    ),
    PostData(
        external_id="https://news.lumiere-beauty.example/2026/no-date",
        published_at=None,
        body="No pubDate at all.",
        title="Item without date",
        url="https://news.lumiere-beauty.example/2026/no-date",
        language="fr-FR",
    ),
    PostData(
        external_id="https://news.lumiere-beauty.example/2026/bad-date",
        published_at=None,
        body="pubDate in a local format.",
        title="Malformed date",
        url="https://news.lumiere-beauty.example/2026/bad-date",
        language="fr-FR",
    ),
    PostData(
        external_id="lbg-news-1006",
        published_at=datetime(2026, 11, 16, 13, 30, tzinfo=UTC),
        body="RFC 822 leftovers.",
        title="Two-digit year and named zone",
        url="https://news.lumiere-beauty.example/2026/old-date",
        language="fr-FR",
    ),
    PostData(
        external_id="lbg-pod-7",
        published_at=datetime(2026, 11, 15, 6, 0, tzinfo=UTC),
        body="With audio.",
        title="Podcast: behind the counter",
        url="https://news.lumiere-beauty.example/podcast/7",
        language="fr-FR",
        attachments=(
            AttachmentData(
                kind=AttachmentKind.AUDIO,
                url="https://news.lumiere-beauty.example/media/pod7.mp3",
                name="pod7.mp3",
                mime_type="audio/mpeg",
            ),
            AttachmentData(
                kind=AttachmentKind.IMAGE,
                url="https://news.lumiere-beauty.example/media/cover7.png",
                name="cover7.png",
                mime_type="image/png",
                size=48213,
            ),
            AttachmentData(
                kind=AttachmentKind.IMAGE,
                url="https://news.lumiere-beauty.example/media/pod7.jpg",
                name="pod7.jpg",
                mime_type="image/jpeg",
            ),
        ),
    ),
    PostData(
        external_id="lbg-news-1004",
        published_at=datetime(2026, 11, 14, 10, 0, tzinfo=UTC),
        body='<p>Escaped HTML &lt;not a tag&gt; <a href="javascript:alert(1)">x</a></p>',
        title="Escaped markup & entities in title",
        url="https://news.lumiere-beauty.example/2026/escaped",
        language="fr-FR",
    ),
    PostData(
        external_id="lbg-news-1003",
        published_at=datetime(2026, 11, 12, 18, 0, tzinfo=UTC),
        body="日本語の本文。",
        title="横浜ラボ便り 🎉",
        url="https://news.lumiere-beauty.example/2026/yokohama",
        language="fr-FR",
    ),
    PostData(
        external_id="lbg-news-1002",
        published_at=datetime(2026, 11, 12, 14, 0, tzinfo=UTC),
        body="نص قصير.",
        title="أخبار دبي: ركن جديد لإعادة التعبئة",
        url="https://news.lumiere-beauty.example/2026/dubai",
        language="fr-FR",
    ),
    PostData(
        external_id="lbg-news-1001",
        published_at=datetime(2026, 11, 11, 12, 0, tzinfo=UTC),
        body="An item with neither title nor link: only a description is legal.",
        language="fr-FR",
    ),
)
