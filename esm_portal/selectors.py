"""Read queries: the only place blocks, pages, search and views get posts from.

First the channels a reader may see are resolved (one small query that also brings each channel's version
and freshness), then posts are read for exactly those. :class:`ChannelView` objects come only from
:func:`visible_channels`, so a function that takes them cannot be called around the audience.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db import connections, router
from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL
from wagtail.models import Page, PageViewRestriction

from esm_portal.conf import get_settings
from esm_portal.models import Channel, ChannelState, Post

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    from esm_portal.models import ChannelQuerySet
    from esm_portal.models.channels import Reader

#: SQLite refuses compound statements of more than 500 terms.
MAX_UNION_TERMS = 400

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
POSITION = re.compile(r"(-?[0-9]{1,18})-([0-9]{1,19})")


@dataclass(frozen=True, slots=True)
class ChannelView:
    """A channel one reader may see, as of now."""

    id: int
    name: str
    #: Grows with every change a page could show.
    version: int
    #: Last time the channel was read without error (UTC), or None.
    last_success_at: datetime | None
    #: Failed attempts in a row.
    failures: int


@dataclass(frozen=True, slots=True)
class Freshness:
    """How old the posts of some channels are."""

    #: The newest successful read (UTC), or None when there was none.
    updated_at: datetime | None
    #: Names of the channels that have not answered for too long.
    silent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a feed, between posts: (published_at, pk) of a post on its edge."""

    published_at: datetime
    pk: int

    def __str__(self) -> str:
        # Whole microseconds: as a float, timestamp() would be off by one for some of them.
        return f"{(self.published_at - EPOCH) // timedelta(microseconds=1)}-{self.pk}"

    @classmethod
    def parse(cls, text: str) -> Position | None:
        """The position ``str()`` made; None for anything else."""
        found = POSITION.fullmatch(text)
        if found is None:
            return None
        micros, pk = int(found[1]), int(found[2])
        try:
            published_at = EPOCH + timedelta(microseconds=micros)
        except OverflowError:
            return None
        return cls(published_at, pk) if pk < 2**63 else None


def visible_channels(
    user: Reader | None, channel_ids: Iterable[int], *, preview: bool = False
) -> list[ChannelView]:
    """The channels among ``channel_ids`` that ``user`` may see, by name. One query, never cached."""
    ids = sorted(set(channel_ids))
    if not ids:
        return []
    reader = user.pk if user is not None and user.is_authenticated and user.is_active else None
    if preview or not isinstance(reader, int | None):  # the compiled query holds places for numbers only
        rows = _channel_rows(Channel.objects.visible_to(user, preview=preview), ids)
        return [ChannelView(*row) for row in rows]
    connection = connections[router.db_for_read(Channel)]
    sql, params = _compiled(connection.alias, len(ids), signed_in=reader is not None)
    places = {_Place.READER: reader, **{_Place.FIRST_ID - number: pk for number, pk in enumerate(ids)}}
    with connection.cursor() as cursor:
        cursor.execute(sql, [places.get(param, param) for param in params])
        rows = cursor.fetchall()
    return [
        ChannelView(pk, name, version, _moment(read, connection), bad)
        for pk, name, version, read, bad in rows
    ]


def _channel_rows(channels: ChannelQuerySet, ids: Iterable[int]) -> QuerySet[Channel, tuple[Any, ...]]:
    return (
        channels.filter(pk__in=ids)
        .order_by("name", "pk")
        .values_list("pk", "name", "state__version", "state__last_success_at", "state__failures")
    )


class _Place(IntEnum):
    """Numbers that no row has, standing for values in a compiled query."""

    READER = -1
    FIRST_ID = -2


@dataclass(frozen=True, slots=True)
class _SomeReader:
    """Stands for anybody who is signed in while the query is compiled."""

    pk: int = _Place.READER
    is_authenticated: bool = True
    is_active: bool = True


@lru_cache(maxsize=256)
def _compiled(alias: str, count: int, *, signed_in: bool) -> tuple[str, tuple[Any, ...]]:
    """SQL and parameters of :func:`_channel_rows` for ``count`` ids, with a :class:`_Place` for each value.

    Every block on every page asks this; building and compiling the query takes five times as long as running
    it. What it says is still said in one place, :meth:`ChannelQuerySet.visible_to`.
    """
    reader: Any = _SomeReader() if signed_in else None
    ids = [_Place.FIRST_ID - number for number in range(count)]
    rows = _channel_rows(Channel.objects.using(alias).visible_to(reader), ids)
    sql, params = rows.query.get_compiler(alias).as_sql()
    return sql, tuple(params)


def _moment(value: Any, connection: BaseDatabaseWrapper) -> datetime | None:
    """A time as the ORM would give it: SQLite has none and stores text."""
    column = ChannelState._meta.get_field("last_success_at").cached_col
    for convert in connection.ops.get_db_converters(column):
        value = convert(value, column, connection)
    return value  # type: ignore[no-any-return]


def freshness(channels: Sequence[ChannelView], now: datetime) -> Freshness:
    """How old what these channels show is. Pure: ``now`` is given."""
    limit = now - timedelta(seconds=get_settings().STALE_AFTER)
    seen = [channel.last_success_at for channel in channels if channel.last_success_at]
    silent = tuple(
        channel.name
        for channel in channels
        if channel.failures and (channel.last_success_at is None or channel.last_success_at < limit)
    )
    return Freshness(max(seen, default=None), silent)


def latest_posts(
    channels: Sequence[ChannelView],
    *,
    limit: int,
    before: Position | None = None,
    after: Position | None = None,
) -> list[Post]:
    """The newest ``limit`` posts of ``channels``, newest first, with author, channel and attachments.

    ``before`` continues towards older posts, ``after`` towards newer ones. Two queries, whatever the
    number of channels: the newest few of each channel come from its index, then are merged.
    """
    if not channels:
        return []
    slices = [_channel_slice(channel.id, limit, before, after) for channel in channels]
    wanted = Q()
    for start in range(0, len(slices), MAX_UNION_TERMS):
        wanted |= Q(pk__in=_union(slices[start : start + MAX_UNION_TERMS], limit, oldest=after is not None))
    posts = (
        Post.objects.filter(wanted)
        .select_related("author", "channel__account")
        .prefetch_related("attachments")
    )
    if after is not None:
        return list(posts.order_by("published_at", "pk")[:limit])[::-1]
    return list(posts.newest_first()[:limit])


def get_post(user: Reader | None, post_id: int, *, preview: bool = False) -> Post | None:
    """One post, or None when it does not exist or ``user`` may not see it; the two look the same."""
    channels = Channel.objects.visible_to(user, preview=preview)
    return (
        Post.objects.filter(pk=post_id, is_shown=True, channel__in=channels)
        .select_related("author", "channel__account", "channel__state")
        .prefetch_related("attachments")
        .first()
    )


def channels_with_posts(*, limit: int) -> list[int]:
    """Ids of up to ``limit`` channels that have posts, for a preview; says nothing about who may see them."""
    posts = Post.objects.filter(channel=OuterRef("pk"), is_shown=True)
    return list(Channel.objects.filter(Exists(posts)).values_list("pk", flat=True)[:limit])


def live_page(page_id: int, *, linked_from: Page | None = None) -> Page | None:
    """The published page, as an instance of its own class that loads what it needs.

    None when there is none, and when it is more private than ``linked_from``, whose readers must not learn
    its title from a link. One query.
    """
    path = linked_from.path if linked_from else ""
    passed = [path[:end] for end in range(Page.steplen, len(path) + 1, Page.steplen)]
    outer = ExpressionWrapper(OuterRef("path"), output_field=CharField())
    restrictions = PageViewRestriction.objects.annotate(below=outer)
    private = restrictions.filter(below__startswith=F("page__path")).exclude(page__path__in=passed)
    page = Page.objects.live().filter(~Exists(private), pk=page_id).first()
    return page.specific_deferred if page else None


def _channel_slice(
    channel_id: int, limit: int, before: Position | None, after: Position | None
) -> QuerySet[Post, tuple[int, datetime]]:
    posts = Post.objects.filter(channel=channel_id, is_shown=True)
    if before:
        posts = posts.filter(
            Q(published_at__lt=before.published_at) | Q(published_at=before.published_at, pk__lt=before.pk)
        )
    if after:
        posts = posts.filter(
            Q(published_at__gt=after.published_at) | Q(published_at=after.published_at, pk__gt=after.pk)
        ).order_by("published_at", "pk")
    else:
        posts = posts.newest_first()
    # By their own names: "pk" would come back under an alias.
    return posts.values_list("id", "published_at")[:limit]


def _union(terms: Sequence[QuerySet[Post, tuple[int, datetime]]], limit: int, *, oldest: bool) -> RawSQL:
    """Ids from a UNION ALL of limited subselects; Django's own union() cannot slice terms on SQLite."""
    parts: list[str] = []
    params: list[object] = []
    for number, term in enumerate(terms):
        sql, term_params = term.query.sql_with_params()
        parts.append(f"SELECT * FROM ({sql}) AS channel_{number}")  # noqa: S608 (SQL made by Django)
        params += term_params
    order = "ORDER BY 2, 1" if oldest else "ORDER BY 2 DESC, 1 DESC"
    union = " UNION ALL ".join(parts)
    pk = connections[router.db_for_read(Post)].ops.quote_name(Post._meta.pk.column or "id")
    return RawSQL(f"SELECT {pk} FROM ({union} {order} LIMIT %s) AS newest", (*params, limit))  # noqa: S608, S611
