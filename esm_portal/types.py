"""The data that crosses boundaries: frozen dataclasses, no ORM, no HTTP.

A provider makes these, the sync engine stores them. Ids are always ``str``; times are aware UTC
``datetime`` objects; text is as delivered (the engine cleans it before it is hashed or stored).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

#: Anything that survives a round trip through JSON.
JSON: TypeAlias = "bool | int | float | str | list[JSON] | dict[str, JSON] | None"

#: Opaque resume position: the provider makes it, the engine stores it, nobody else looks inside.
Cursor: TypeAlias = "dict[str, JSON]"


class PostKind(StrEnum):
    """What a post is for; a kind the portal does not know is a plain ``POST``."""

    POST = "post"
    QUESTION = "question"
    ANSWER = "answer"
    PRAISE = "praise"
    ANNOUNCEMENT = "announcement"
    POLL = "poll"
    REPLY = "reply"


class BodyFormat(StrEnum):
    """How a provider delivers a body."""

    HTML = "html"
    TEXT = "text"


class AttachmentKind(StrEnum):
    """What stands behind an attachment's address."""

    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"
    FILE = "file"
    LINK = "link"


@dataclass(frozen=True, kw_only=True, slots=True)
class AuthorData:
    """A person (or a named service) who wrote a post."""

    #: Id at the service; for sources without ids, anything stable such as a lower-cased name.
    external_id: str
    #: Name as people read it.
    name: str
    #: Profile page at the service, or "".
    url: str = ""
    #: Job title, or "".
    job_title: str = ""
    #: Country as the service names it, or "".
    country: str = ""
    #: E-mail address, or "".
    email: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class AttachmentData:
    """An image, file or link that belongs to a post."""

    kind: AttachmentKind
    #: Absolute http(s) address at the service.
    url: str
    #: File name or title, or "".
    name: str = ""
    #: Media type such as "image/png", or "".
    mime_type: str = ""
    #: Size in bytes, or None when the service does not say.
    size: int | None = None
    #: Alternative text of an image, or "".
    alt: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class PostData:
    """One item of a channel, as the service delivers it."""

    #: Id at the service, unique within its channel.
    external_id: str
    #: When it was published (UTC), or None when the service does not say.
    published_at: datetime | None
    #: Body as delivered; see ``body_format``.
    body: str
    body_format: BodyFormat = BodyFormat.HTML
    kind: PostKind = PostKind.POST
    #: Plain-text title, or "".
    title: str = ""
    #: Absolute http(s) address of the post at the service, or "".
    url: str = ""
    author: AuthorData | None = None
    #: When it was last edited (UTC), or None.
    edited_at: datetime | None = None
    #: BCP 47 language tag, or "".
    language: str = ""
    attachments: tuple[AttachmentData, ...] = ()
    topics: tuple[str, ...] = ()
    #: Id of the post this one answers, or "".
    reply_to: str = ""
    #: Counts, or None when the service does not say.
    replies_count: int | None = None
    reactions_count: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SkippedItem:
    """One item that could not be read; it costs itself and nothing else."""

    #: Id at the service as far as known, or "".
    external_id: str
    #: One sentence that says why.
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """One API response's worth of posts."""

    posts: tuple[PostData, ...] = ()
    #: Safe to store once ``posts`` are stored; None leaves the stored one as it is.
    cursor: Cursor | None = None
    skipped: tuple[SkippedItem, ...] = ()
    #: The service asks not to be called again before this long, or None.
    wish: timedelta | None = None
    #: How many posts the whole run expects, for a progress bar; None when unknown.
    total: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelData:
    """What a provider is told about the channel it reads."""

    #: Id at the service.
    external_id: str
    name: str = ""
    options: Mapping[str, JSON] = field(default_factory=dict)
    #: How far back edits and deletions are looked for again.
    lookback: timedelta = timedelta(days=7)


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelInfo:
    """A channel a provider found, before anybody decided to read it."""

    external_id: str
    name: str
    #: Page of the channel for people, or "".
    url: str = ""
    #: One sentence about the channel, or "".
    description: str = ""
    #: BCP 47 language tag, or "".
    language: str = ""
