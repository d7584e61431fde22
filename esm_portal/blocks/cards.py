"""What a template shows of a post: frozen data, made from a stored post once, ready to be printed."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.template.defaultfilters import filesizeformat
from django.utils.formats import date_format
from django.utils.html import avoid_wrapping
from django.utils.timesince import timesince
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from esm_portal import html
from esm_portal.models import Attachment, Post
from esm_portal.types import AttachmentKind, PostKind

#: Number of avatar colours in esm.css (``.esm-tone-1`` and so on).
TONES = 8
#: Longer texts (characters) are folded: the beginning, and the rest behind a native <details>.
FOLD_AFTER = {"list": 700, "cards": 320}
#: Characters of a folded text that stay in sight.
EXCERPT = {"list": 420, "cards": 220}
#: Topics shown beside a post.
MAX_TOPICS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """An image, file or link of a post, as a row that leads to the service."""

    #: What it is, for example "Image".
    label: str
    #: Name, alternative text or host; never empty.
    name: str
    #: Absolute http(s) address.
    url: str
    #: Size as people read it, for example "1.2 MB", or "".
    size: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostCard:
    """One post, as ``posts/card.html`` or ``posts/<provider_id>.html`` prints it."""

    #: The stored post, for templates of single providers that need more.
    post: Post
    #: The post's key as text, for ids on the page.
    key: str
    #: Template names, the most special first.
    templates: tuple[str, ...]
    #: Who wrote it, or "".
    author: str
    #: "Job title · country", or what is known of it.
    author_line: str
    initials: str
    #: 1 to TONES; the same person always has the same colour.
    tone: int
    #: What kind of post it is as a word; "" for a plain post.
    kind_label: str
    #: Channel and account, for example "Formulation lab · Viva Engage".
    source: str
    #: Name of the account, for "Open in ...".
    network: str
    #: How long ago, for example "14 minutes"; older posts have a date.
    age: str
    #: Exact time, for example "24 November 2026, 9:40 a.m.".
    exact: str
    #: BCP 47 language tag; "" when nobody said, which is what an empty lang attribute means.
    language: str
    #: Beginning of a text that is folded, or "" when all of it is shown.
    excerpt: str
    files: tuple[FileRow, ...]
    topics: tuple[str, ...]
    #: Address of the post in this portal, or "".
    permalink: str
    #: Absolute http(s) address of the post at the service, or "".
    url: str

    @property
    def link(self) -> str:
        """Where title or time lead: to the post in this portal, else to the service, else nowhere ("")."""
        return self.permalink or self.url

    @property
    def link_rel(self) -> str:
        """Relation of :attr:`link`: what another host gets to know of this page is nothing."""
        return "" if self.permalink else "noopener noreferrer"


def web_address(url: str) -> str:
    """``url`` when a browser may be sent there (http or https), else ""."""
    return url if url.lower().startswith(("https://", "http://")) else ""


def age(moment: datetime, now: datetime) -> str:
    """How long ago ``moment`` was; a date when it is more than a week ago or in the future."""
    if not now - timedelta(days=7) < moment < now + timedelta(minutes=1):
        local = localtime(moment)
        # Translators: how a day of this year is written; see Django's date format letters.
        return date_format(local, "DATE_FORMAT" if local.year != localtime(now).year else "MONTH_DAY_FORMAT")
    if now - moment < timedelta(minutes=1):
        return _("Just now")
    return timesince(moment, now, depth=1)


def post_cards(
    posts: Iterable[Post],
    now: datetime,
    *,
    permalinks: Mapping[int, str] | None = None,
    layout: str = "list",
    fold: bool = True,
) -> list[PostCard]:
    """Cards for ``posts``. Reads nothing from the database that the posts do not bring along.

    ``permalinks`` maps ids of posts to their address in this portal; with ``fold`` long texts are folded.
    """
    return [_card(post, now, (permalinks or {}).get(post.pk, ""), layout if fold else "") for post in posts]


def _card(post: Post, now: datetime, permalink: str, layout: str) -> PostCard:
    author, channel = post.author, post.channel
    name = author.name if author else ""
    network = channel.account.name
    return PostCard(
        post=post,
        key=str(post.pk),
        templates=(f"esm_portal/posts/{channel.account.provider}.html", "esm_portal/posts/card.html"),
        author=name,
        author_line=_joined(author.job_title, author.country) if author else "",
        initials=author.initials if author else "",
        tone=zlib.crc32(name.encode()) % TONES + 1,
        kind_label="" if post.kind == PostKind.POST else str(post.get_kind_display()),
        source=_joined(channel.name, network if network != channel.name else ""),
        network=network,
        age=avoid_wrapping(age(post.published_at, now)),
        exact=date_format(localtime(post.published_at), "DATETIME_FORMAT"),
        language=post.language or channel.language,
        excerpt=_excerpt(post.text, layout),
        files=tuple(
            _file(attachment) for attachment in post.attachments.all() if web_address(attachment.url)
        ),
        topics=tuple(str(topic) for topic in post.topics[:MAX_TOPICS]),
        permalink=permalink,
        url=web_address(post.url),
    )


def _excerpt(text: str, layout: str) -> str:
    if not layout or len(text) <= FOLD_AFTER[layout]:
        return ""
    return html.excerpt(text, EXCERPT[layout])


def _file(attachment: Attachment) -> FileRow:
    host = attachment.url.split("/")[2]
    alt = attachment.alt if attachment.kind == AttachmentKind.IMAGE else ""
    return FileRow(
        label=str(attachment.get_kind_display()),
        name=alt or attachment.name or host,
        url=attachment.url,
        size=filesizeformat(attachment.size) if attachment.size else "",
    )


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
