"""How each channel is doing, in plain words. The decision is pure: facts and ``now`` are given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from esm_portal.models import Audience, Channel, ChannelState, Post
from esm_portal.sync.wording import advice

#: A worker looks for due channels every few seconds; this late means that none is running.
OVERDUE = timedelta(minutes=5)


class State(IntEnum):
    """How a channel is doing; the order is that of the page, trouble first."""

    NEEDS_PERSON = 0
    STOPPED = 1
    FAILING = 2
    OVERDUE = 3
    WAITING = 4
    CLOSED = 5
    FRESH = 6
    OFF = 7

    @property
    def word(self) -> str:
        return str(_WORDS[self])

    @property
    def icon(self) -> str:
        """Name of one of Wagtail's icons; the state is never told by colour alone."""
        return _ICONS[self]

    @property
    def is_trouble(self) -> bool:
        return self <= State.OVERDUE


_WORDS = {
    State.NEEDS_PERSON: gettext_lazy("Needs a person"),
    State.STOPPED: gettext_lazy("Stopped"),
    State.FAILING: gettext_lazy("Failing"),
    State.OVERDUE: gettext_lazy("Waiting for a worker"),
    State.WAITING: gettext_lazy("Waiting for the first reading"),
    State.CLOSED: gettext_lazy("Closed"),
    State.FRESH: gettext_lazy("Fresh"),
    State.OFF: gettext_lazy("Switched off"),
}
_ICONS = {
    State.NEEDS_PERSON: "user",
    State.STOPPED: "cross",
    State.FAILING: "warning",
    State.OVERDUE: "history",
    State.WAITING: "time",
    State.CLOSED: "lock",
    State.FRESH: "check",
    State.OFF: "minus",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What is known of one channel, read in one query."""

    pk: int
    name: str
    account_name: str
    is_active: bool
    #: Nobody can see its posts.
    is_closed: bool
    #: None: not read until a person asks for it.
    next_sync_at: datetime | None
    #: The channel has never been through a sync and has no state yet.
    is_new: bool
    lease_expires_at: datetime | None
    last_attempt_at: datetime | None
    last_success_at: datetime | None
    failing_since: datetime | None
    failures: int
    error_kind: str
    error_message: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelHealth:
    """One line of the health page."""

    facts: Facts
    state: State
    #: One or two sentences: what a person can do.
    what_to_do: str
    #: Number of stored posts, or None when nobody counted.
    posts: int | None = None

    @property
    def next_sync_at(self) -> datetime | None:
        """When it is read next without anybody's doing (UTC), or None."""
        return None if self.state is State.OFF else self.facts.next_sync_at


def state_of(facts: Facts, now: datetime) -> State:
    """The one word for a channel. Pure."""
    if not facts.is_active:
        return State.OFF
    if facts.error_kind == ChannelState.ErrorKind.CREDENTIAL:
        return State.NEEDS_PERSON
    if facts.next_sync_at is None and not facts.is_new:
        return State.STOPPED
    if facts.failures:
        return State.FAILING
    being_read = facts.lease_expires_at is not None and facts.lease_expires_at > now
    if facts.next_sync_at is not None and facts.next_sync_at < now - OVERDUE and not being_read:
        return State.OVERDUE
    if facts.last_success_at is None:
        return State.WAITING
    return State.CLOSED if facts.is_closed else State.FRESH


def what_to_do(facts: Facts, state: State) -> str:
    """One or two sentences for the person who reads the page."""
    match state:
        case State.OFF:
            return _("Switch the channel and its account on to read it again. Stored posts stay.")
        case State.STOPPED:
            then = _("It is not read again before somebody chooses “Sync now”.")
            return f"{advice(facts.error_kind)} {then}".strip()
        case State.NEEDS_PERSON | State.FAILING:
            return advice(facts.error_kind)
        case State.OVERDUE:
            return _("Ask IT to start a worker with “python manage.py esm_worker”.")
        case State.WAITING:
            return _("Nothing: a worker reads it in a moment.")
        case State.CLOSED:
            return _("Its posts are stored, but nobody can see them yet. Choose who may see it.")
        case _other:
            return _("Nothing.")


def all_health(now: datetime, *, search: str = "") -> list[ChannelHealth]:
    """Every channel's health, trouble first, then by name. One query, whatever the number of channels."""
    found = [ChannelHealth(facts=facts, state=state, what_to_do="") for facts, state in _read(now, search)]
    found.sort(key=lambda line: (line.state, line.facts.name.casefold(), line.facts.pk))
    return found


def described(lines: Iterable[ChannelHealth]) -> list[ChannelHealth]:
    """``lines`` with advice and the number of stored posts. One query."""
    lines = list(lines)
    counted = dict(
        Post.objects.filter(channel__in=[line.facts.pk for line in lines])
        .order_by()
        .values_list("channel")
        .annotate(Count("pk"))
    )
    return [
        ChannelHealth(
            facts=line.facts,
            state=line.state,
            what_to_do=what_to_do(line.facts, line.state),
            posts=counted.get(line.facts.pk, 0),
        )
        for line in lines
    ]


def in_need(now: datetime) -> list[ChannelHealth]:
    """Channels that nothing but a person can help, the worst first. One query."""
    return [line for line in all_health(now) if line.state <= State.STOPPED]


def _read(now: datetime, search: str) -> Iterable[tuple[Facts, State]]:
    groups = Channel.audience_groups.through.objects.filter(channel=OuterRef("pk"))
    channels = Channel.objects.order_by()
    if search:
        channels = channels.filter(Q(name__icontains=search) | Q(account__name__icontains=search))
    rows = channels.annotate(has_groups=Exists(groups)).values(
        "pk",
        "name",
        "audience",
        "is_active",
        "has_groups",
        "account__name",
        "account__is_active",
        *(f"state__{name}" for name in _STATE_FIELDS),
    )
    for row in rows:
        facts = _facts(row)
        yield facts, state_of(facts, now)


_STATE_FIELDS = (
    "version",
    "next_sync_at",
    "lease_expires_at",
    "last_attempt_at",
    "last_success_at",
    "failing_since",
    "failures",
    "error_kind",
    "error_message",
)


def _facts(row: Mapping[str, Any]) -> Facts:
    audience = row["audience"]
    return Facts(
        pk=row["pk"],
        name=row["name"],
        account_name=row["account__name"],
        is_active=row["is_active"] and row["account__is_active"],
        is_closed=audience == Audience.NOBODY or (audience == Audience.GROUPS and not row["has_groups"]),
        is_new=row["state__version"] is None,
        next_sync_at=row["state__next_sync_at"],
        lease_expires_at=row["state__lease_expires_at"],
        last_attempt_at=row["state__last_attempt_at"],
        last_success_at=row["state__last_success_at"],
        failing_since=row["state__failing_since"],
        failures=row["state__failures"] or 0,
        error_kind=row["state__error_kind"] or "",
        error_message=row["state__error_message"] or "",
    )
