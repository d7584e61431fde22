"""What was delivered becomes what may be stored: cleaned, cut to length, hashed. Pure."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import datetime

from esm_portal import html
from esm_portal.exceptions import InvalidPost
from esm_portal.types import AttachmentData, AuthorData, BodyFormat, PostData, PostKind, SkippedItem

logger = logging.getLogger("esm_portal.sync")

#: NUL and lone surrogates: PostgreSQL and UTF-8 refuse them.
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
BCP47 = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
MAX_COUNT = 2_147_483_647


@dataclass(frozen=True, kw_only=True, slots=True)
class CleanPost:
    """A post as it is stored, but for the dates the store has to settle."""

    external_id: str
    kind: str
    title: str
    clean_html: str
    text: str
    url: str
    language: str
    author: AuthorData | None
    attachments: tuple[AttachmentData, ...]
    topics: tuple[str, ...]
    reply_to: str
    replies_count: int | None
    reactions_count: int | None
    published_at: datetime | None
    edited_at: datetime | None
    content_hash: str


def clean_posts(
    posts: Iterable[PostData], *, base_url: str = "", language: str = ""
) -> tuple[list[CleanPost], list[SkippedItem]]:
    """``posts`` cleaned; one that cannot be costs itself and nothing else."""
    cleaned: list[CleanPost] = []
    skipped: list[SkippedItem] = []
    for post in posts:
        try:
            cleaned.append(clean_post(post, base_url=base_url, language=language))
        except (InvalidPost, ValueError, TypeError) as error:
            logger.warning("Skipped item %.80r: %s", post.external_id, error)
            skipped.append(SkippedItem(external_id=str(post.external_id), reason=str(error)))
    return cleaned, skipped


def clean_post(post: PostData, *, base_url: str = "", language: str = "") -> CleanPost:
    """``post`` cleaned and hashed. ``base_url`` resolves relative links; ``language`` is the channel's."""
    body = UNSTORABLE.sub("", post.body)
    if post.body_format is BodyFormat.HTML:
        clean_html = html.clean(body, base_url=post.url or base_url)
    else:
        clean_html = html.text_to_html(body)
    fields = {
        "external_id": storable(post.external_id, 1000),
        "kind": PostKind(post.kind).value,
        "title": storable(post.title, 500),
        "clean_html": clean_html,
        "text": html.plain_text(clean_html),
        "url": web_address(post.url, 2000),
        "language": language_tag(post.language) or language_tag(language),
        "author": clean_author(post.author) if post.author else None,
        "attachments": tuple(clean_attachments(post.attachments)),
        "topics": tuple(filter(None, (storable(topic, 100) for topic in post.topics))),
        "reply_to": storable(post.reply_to, 1000),
        "replies_count": count(post.replies_count),
        "reactions_count": count(post.reactions_count),
        "published_at": post.published_at,
        "edited_at": post.edited_at,
    }
    digest = hashlib.sha256(repr([_plain(value) for value in fields.values()]).encode()).hexdigest()
    return CleanPost(**fields, content_hash=digest)  # type: ignore[arg-type]


def clean_author(author: AuthorData) -> AuthorData:
    """``author`` cut to what the database holds."""
    email = storable(author.email, 254)
    return AuthorData(
        external_id=storable(author.external_id, 500),
        name=storable(author.name, 200) or "?",
        url=web_address(author.url, 1000),
        job_title=storable(author.job_title, 200),
        country=storable(author.country, 100),
        email=email if "@" in email else "",
    )


def clean_attachments(attachments: tuple[AttachmentData, ...]) -> list[AttachmentData]:
    """The attachments that lead to a web address, cut to what the database holds."""
    return [
        AttachmentData(
            kind=attachment.kind,
            url=web_address(attachment.url, 2000),
            name=storable(attachment.name, 300),
            mime_type=storable(attachment.mime_type, 100),
            size=attachment.size if attachment.size and 0 < attachment.size < 2**63 else None,
            alt=storable(attachment.alt, 500),
        )
        for attachment in attachments
        if web_address(attachment.url, 2000)
    ]


def storable(text: str, length: int) -> str:
    """``text`` on one line, without what a database refuses, at most ``length`` characters."""
    text = " ".join(UNSTORABLE.sub("", text).split())
    return text if len(text) <= length else f"{text[: length - 1]}…"


def web_address(url: str, length: int) -> str:
    """``url`` when it is an http(s) address that fits, else "": a cut address leads elsewhere."""
    url = UNSTORABLE.sub("", url).strip()
    return url if url.lower().startswith(("http://", "https://")) and len(url) <= length else ""


def language_tag(tag: str) -> str:
    """``tag`` when it is a well-formed BCP 47 language tag, else ""."""
    tag = tag.strip().replace("_", "-")
    return tag if len(tag) <= 35 and BCP47.fullmatch(tag) else ""


def count(number: int | None) -> int | None:
    """``number`` when it can be a count, else None."""
    return number if number is not None and 0 <= number <= MAX_COUNT else None


def _plain(value: object) -> object:
    """A value whose repr is the same in every process and version."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, AuthorData):
        return astuple(value)
    if isinstance(value, tuple):
        return [_plain(astuple(item)) if isinstance(item, AttachmentData) else str(item) for item in value]
    return value
