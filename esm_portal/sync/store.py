"""Writing: one transaction per batch holds its posts, the cursor and the counts, or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from esm_portal.models import Attachment, Author, Channel, ChannelState, Post
from esm_portal.signals import posts_synced
from esm_portal.sync import lease
from esm_portal.sync.clean import CleanPost
from esm_portal.sync.decide import Known, Plan, dates_of, plan_batch
from esm_portal.types import AuthorData, Cursor

POST_FIELDS = [
    "kind",
    "title",
    "clean_html",
    "text",
    "url",
    "author",
    "language",
    "topics",
    "reply_to",
    "replies_count",
    "reactions_count",
    "published_at",
    "edited_at",
    "synced_at",
    "content_hash",
]
AUTHOR_FIELDS = ["name", "url", "job_title", "country", "email"]


@dataclass(frozen=True, slots=True)
class Stored:
    """What one batch did."""

    created: int
    updated: int
    unchanged: int
    repeated: tuple[str, ...]


def compare(channel: Channel, posts: Sequence[CleanPost]) -> tuple[Plan, dict[str, Known]]:
    """What storing ``posts`` would do, and what is stored of them already. Reads only."""
    rows = Post.objects.filter(channel=channel, external_id__in={post.external_id for post in posts})
    columns = rows.values_list("external_id", "pk", "content_hash", "published_at")
    known = {
        external_id: Known(pk, content_hash, published_at)
        for external_id, pk, content_hash, published_at in columns
    }
    return plan_batch(posts, known), known


def store_batch(
    channel: Channel,
    posts: Sequence[CleanPost],
    *,
    cursor: Cursor | None,
    token: str,
    now: datetime,
    offset: int = 0,
) -> Stored:
    """Store ``posts`` and then the cursor, in one transaction. Raises LeaseLost and DatabaseError.

    ``now`` is when the run began and ``offset`` how many posts it read before: undated posts are taken as
    seen then, in the order they came.
    """
    with transaction.atomic():
        lease.renew(channel.pk, token, timezone.now())
        plan, known = compare(channel, posts)
        changed = (*plan.to_create, *plan.to_update)
        places = {post.external_id: offset + number for number, post in enumerate(posts)}
        rows = _write_posts(channel, changed, known, now, places) if changed else []
        if cursor is not None:
            ChannelState.objects.filter(channel=channel).update(cursor=cursor)
        if changed:
            ChannelState.objects.filter(channel=channel).bump()
            _announce(channel, rows, known)
    return Stored(len(plan.to_create), len(plan.to_update), plan.unchanged, plan.repeated)


def _write_posts(
    channel: Channel,
    posts: Sequence[CleanPost],
    known: dict[str, Known],
    now: datetime,
    places: dict[str, int],
) -> list[Post]:
    authors = _write_authors(channel, {post.author.external_id: post.author for post in posts if post.author})
    rows = [
        _post_row(channel, post, authors, known.get(post.external_id), now, places[post.external_id])
        for post in posts
    ]
    rows = Post.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["channel", "external_id"], update_fields=POST_FIELDS
    )
    updated = [stored.pk for post in posts if (stored := known.get(post.external_id))]
    if updated:
        Attachment.objects.filter(post__in=updated).delete()
    Attachment.objects.bulk_create(
        Attachment(
            post=row,
            kind=attachment.kind.value,
            url=attachment.url,
            name=attachment.name,
            mime_type=attachment.mime_type,
            size=attachment.size,
            alt=attachment.alt,
            position=position,
        )
        for row, post in zip(rows, posts, strict=True)
        for position, attachment in enumerate(post.attachments)
    )
    return rows


def _post_row(
    channel: Channel,
    post: CleanPost,
    authors: dict[str, Author],
    stored: Known | None,
    now: datetime,
    position: int,
) -> Post:
    published_at, edited_at = dates_of(post, stored, now=now, position=position)
    return Post(
        channel=channel,
        external_id=post.external_id,
        kind=post.kind,
        title=post.title,
        clean_html=post.clean_html,
        text=post.text,
        url=post.url,
        author=authors[post.author.external_id] if post.author else None,
        language=post.language,
        topics=list(post.topics),
        reply_to=post.reply_to,
        replies_count=post.replies_count,
        reactions_count=post.reactions_count,
        published_at=published_at,
        edited_at=edited_at,
        synced_at=timezone.now(),
        content_hash=post.content_hash,
    )


def _write_authors(channel: Channel, wanted: dict[str, AuthorData]) -> dict[str, Author]:
    """External id -> author row; writes only who is new or has changed."""
    known = _known_authors(channel, wanted)
    # In one order for all: two workers that write the same authors must not wait for each other.
    changed = [data for _id, data in sorted(wanted.items()) if _author_data(known.get(_id)) != data]
    if not changed:
        return known
    renamed = [known[data.external_id].pk for data in changed if data.external_id in known]
    Author.objects.bulk_create(
        [Author(account_id=channel.account_id, **asdict(data)) for data in changed],
        update_conflicts=True,
        unique_fields=["account", "external_id"],
        update_fields=AUTHOR_FIELDS,
    )
    if renamed:
        elsewhere = Channel.objects.filter(posts__author__in=renamed).exclude(pk=channel.pk)
        states = ChannelState.objects.filter(channel__in=elsewhere)
        # Afterwards, because their own workers may hold them while they wait for these authors.
        transaction.on_commit(states.bump)
    return _known_authors(channel, wanted)


def _known_authors(channel: Channel, external_ids: Iterable[str]) -> dict[str, Author]:
    rows = Author.objects.filter(account=channel.account_id, external_id__in=set(external_ids))
    return {author.external_id: author for author in rows}


def _author_data(author: Author | None) -> AuthorData | None:
    if author is None:
        return None
    return AuthorData(
        external_id=author.external_id, **{field: getattr(author, field) for field in AUTHOR_FIELDS}
    )


def _announce(channel: Channel, rows: Sequence[Post], known: dict[str, Known]) -> None:
    created = [row.pk for row in rows if row.external_id not in known]
    updated = [row.pk for row in rows if row.external_id in known]
    transaction.on_commit(
        lambda: posts_synced.send(Channel, channel_id=channel.pk, created=created, updated=updated)
    )
