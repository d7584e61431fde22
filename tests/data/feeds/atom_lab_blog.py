"""What is read from atom_lab_blog.xml."""

from __future__ import annotations

from datetime import UTC, datetime

from esm_portal.types import AttachmentData, AttachmentKind, AuthorData, BodyFormat, PostData

FEED = {"title": "Lumière Lab Blog", "language": "en"}
OWNERS = {}
SKIPPED = ()
POSTS = (
    PostData(
        external_id="tag:lumiere-beauty.example,2026:10",
        published_at=datetime(2026, 11, 19, 7, 0, tzinfo=UTC),
        body=(
            '<p>See <a href="https://news.lumiere-beauty.example/spec">spec</a> '
            '<img src="https://news.lumiere-beauty.example/blog/img/a.png" onerror="alert(1)"></p>'
        ),
        title="HTML content with relative URLs",
        url="https://news.lumiere-beauty.example/blog/2026/html",
        author=AuthorData(
            external_id="yuki.hanamori@lumiere-beauty.example yuki hanamori",
            name="Yuki Hanamori",
            email="yuki.hanamori@lumiere-beauty.example",
        ),
        edited_at=datetime(2026, 11, 19, 16, 5, 45, tzinfo=UTC),
        language="en",
        topics=("Laboratory",),
    ),
    PostData(
        external_id="tag:lumiere-beauty.example,2026:9",
        published_at=datetime(2026, 11, 18, 10, 0, tzinfo=UTC),
        body="<p>Real <b>markup</b> &amp; more</p>",
        title="XHTML content",
        url="https://news.lumiere-beauty.example/blog/2026/xhtml",
        author=AuthorData(
            external_id="https://news.lumiere-beauty.example/ lumière lab",
            name="Lumière Lab",
            url="https://news.lumiere-beauty.example/",
        ),
        language="en",
    ),
    PostData(
        external_id="tag:lumiere-beauty.example,2026:8",
        published_at=datetime(2026, 10, 1, 9, 0, tzinfo=UTC),
        body="Only a summary.",
        body_format=BodyFormat.TEXT,
        title="Edited entry (updated later than published)",
        url="https://news.lumiere-beauty.example/blog/2026/edited",
        author=AuthorData(
            external_id="https://news.lumiere-beauty.example/ lumière lab",
            name="Lumière Lab",
            url="https://news.lumiere-beauty.example/",
        ),
        edited_at=datetime(2026, 11, 17, 20, 0, tzinfo=UTC),
        language="en",
    ),
    PostData(
        external_id="tag:lumiere-beauty.example,2026:7",
        published_at=datetime(2026, 11, 16, 10, 0, tzinfo=UTC),
        body="<h2>CDATA</h2><p>5 < 6 & 7 > 3</p>",
        title="CDATA content",
        url="https://news.lumiere-beauty.example/blog/2026/cdata",
        author=AuthorData(
            external_id="https://news.lumiere-beauty.example/ lumière lab",
            name="Lumière Lab",
            url="https://news.lumiere-beauty.example/",
        ),
        language="en",
    ),
    PostData(
        external_id="tag:lumiere-beauty.example,2026:6",
        published_at=datetime(2026, 11, 15, 15, 0, tzinfo=UTC),
        body="Plain text content with <tags> shown literally",
        body_format=BodyFormat.TEXT,
        title="No published date",
        url="https://news.lumiere-beauty.example/blog/2026/nopub",
        author=AuthorData(
            external_id="https://news.lumiere-beauty.example/ lumière lab",
            name="Lumière Lab",
            url="https://news.lumiere-beauty.example/",
        ),
        language="en",
    ),
    PostData(
        external_id="tag:lumiere-beauty.example,2026:5",
        published_at=datetime(2026, 11, 14, 10, 0, tzinfo=UTC),
        body="File attached",
        body_format=BodyFormat.TEXT,
        title="Enclosure",
        url="https://news.lumiere-beauty.example/blog/2026/file",
        author=AuthorData(
            external_id="https://news.lumiere-beauty.example/ lumière lab",
            name="Lumière Lab",
            url="https://news.lumiere-beauty.example/",
        ),
        language="en",
        attachments=(
            AttachmentData(
                kind=AttachmentKind.FILE,
                url="https://news.lumiere-beauty.example/blog/files/scorecard.pdf",
                name="Scorecard",
                mime_type="application/pdf",
                size=482113,
            ),
        ),
    ),
    PostData(
        external_id="tag:lumiere-beauty.example,2026:4",
        published_at=datetime(2026, 11, 13, 10, 0, tzinfo=UTC),
        body='<img src="https://cdn.lumiere-beauty.example/x/b.png">',
        title="xml:base on the entry",
        url="https://cdn.lumiere-beauty.example/x/rel/page",
        author=AuthorData(
            external_id="https://news.lumiere-beauty.example/ lumière lab",
            name="Lumière Lab",
            url="https://news.lumiere-beauty.example/",
        ),
        language="en",
    ),
    PostData(
        external_id="tag:lumiere-beauty.example,2026:3",
        published_at=datetime(2026, 11, 12, 10, 0, tzinfo=UTC),
        body="Picture",
        body_format=BodyFormat.TEXT,
        title="Content by reference",
        url="https://news.lumiere-beauty.example/blog/2026/src",
        author=AuthorData(
            external_id="https://news.lumiere-beauty.example/ lumière lab",
            name="Lumière Lab",
            url="https://news.lumiere-beauty.example/",
        ),
        language="en",
        attachments=(
            AttachmentData(
                kind=AttachmentKind.IMAGE,
                url="https://news.lumiere-beauty.example/blog/img/full.png",
                name="full.png",
                mime_type="image/png",
            ),
        ),
    ),
    PostData(
        external_id="hash:dcb8633835c9bcd077a7a65d2ac5a5f2",
        published_at=datetime(2026, 11, 11, 10, 0, tzinfo=UTC),
        body="<p>no id</p>",
        title="Missing id and link",
        author=AuthorData(
            external_id="https://news.lumiere-beauty.example/ lumière lab",
            name="Lumière Lab",
            url="https://news.lumiere-beauty.example/",
        ),
        language="en",
    ),
    PostData(
        external_id="tag:lumiere-beauty.example,2026:1",
        published_at=None,
        body='<p dir="rtl">نص</p>',
        title="عنوان 中文 🎉",
        url="https://news.lumiere-beauty.example/blog/2026/rtl",
        author=AuthorData(
            external_id="https://news.lumiere-beauty.example/ lumière lab",
            name="Lumière Lab",
            url="https://news.lumiere-beauty.example/",
        ),
        language="en",
    ),
)
