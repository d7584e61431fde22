from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from esm_portal.admin.health import Facts, State, all_health, described, in_need, state_of, what_to_do
from esm_portal.models import ChannelState
from tests.admin.fakes import healthy, make_channel, make_post

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
WELL = Facts(
    pk=1,
    name="News",
    account_name="Blogs",
    is_active=True,
    is_closed=False,
    is_new=False,
    next_sync_at=NOW + timedelta(minutes=10),
    lease_expires_at=None,
    last_attempt_at=NOW,
    last_success_at=NOW,
    failing_since=None,
    failures=0,
    error_kind="",
    error_message="",
)
LATE = NOW - timedelta(minutes=6)


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, State.FRESH),
        ({"is_closed": True}, State.CLOSED),
        ({"last_success_at": None}, State.WAITING),
        ({"last_success_at": None, "is_new": True, "next_sync_at": None}, State.WAITING),
        ({"next_sync_at": NOW - timedelta(minutes=4)}, State.FRESH),
        ({"next_sync_at": LATE}, State.OVERDUE),
        ({"next_sync_at": LATE, "lease_expires_at": NOW + timedelta(minutes=1)}, State.FRESH),
        ({"next_sync_at": LATE, "lease_expires_at": LATE}, State.OVERDUE),
        ({"failures": 1, "error_kind": "retryable"}, State.FAILING),
        ({"failures": 1, "error_kind": "retryable", "is_closed": True}, State.FAILING),
        ({"failures": 1, "error_kind": "credential"}, State.NEEDS_PERSON),
        ({"failures": 1, "error_kind": "unavailable", "next_sync_at": None}, State.STOPPED),
        ({"failures": 1, "error_kind": "credential", "next_sync_at": None}, State.NEEDS_PERSON),
        ({"failures": 9, "error_kind": "credential", "is_active": False}, State.OFF),
    ],
)
def test_one_word_for_a_channel(changes: dict[str, Any], state: State) -> None:
    assert state_of(replace(WELL, **changes), NOW) is state


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("kind", ChannelState.ErrorKind)
def test_every_state_says_what_to_do(state: State, kind: str) -> None:
    in_trouble = state in (State.NEEDS_PERSON, State.STOPPED, State.FAILING)
    sentence = what_to_do(replace(WELL, error_kind=kind), state)
    assert sentence.endswith(".") or (in_trouble and not kind)


def test_every_state_has_a_word_and_a_sign_of_its_own() -> None:
    assert len({state.word for state in State}) == len({state.icon for state in State}) == len(State)


@pytest.mark.django_db
def test_trouble_stands_first() -> None:
    make_channel("off", is_active=False)
    make_channel("fresh", audience="everyone", state=healthy())
    make_channel("closed", state=healthy())
    make_channel("no group", audience="groups", state=healthy())
    group = make_channel("group", audience="groups", state=healthy())
    group.audience_groups.add(Group.objects.create(name="Paris"))
    make_channel("new")
    make_channel("late", state={"next_sync_at": timezone.now() - timedelta(hours=1)})
    make_channel("failing", state=healthy(failures=2, error_kind="retryable"))
    make_channel("stopped", state={"next_sync_at": None, "error_kind": "unavailable", "failures": 1})
    make_channel("sign-in", state={"next_sync_at": None, "error_kind": "credential", "failures": 1})
    lines = all_health(timezone.now())
    assert [(line.facts.name, line.state) for line in lines] == [
        ("sign-in", State.NEEDS_PERSON),
        ("stopped", State.STOPPED),
        ("failing", State.FAILING),
        ("late", State.OVERDUE),
        ("new", State.WAITING),
        ("closed", State.CLOSED),
        ("no group", State.CLOSED),
        ("fresh", State.FRESH),
        ("group", State.FRESH),
        ("off", State.OFF),
    ]
    assert [line.facts.name for line in in_need(timezone.now())] == ["sign-in", "stopped"]


@pytest.mark.django_db
def test_a_channel_without_a_state_is_only_waiting() -> None:
    ChannelState.objects.filter(channel=make_channel()).delete()
    assert [line.state for line in all_health(timezone.now())] == [State.WAITING]


@pytest.mark.django_db
def test_an_account_switched_off_is_a_channel_switched_off() -> None:
    channel = make_channel(state=healthy())
    channel.account.is_active = False
    channel.account.save()
    line = all_health(timezone.now())[0]
    assert line.state is State.OFF
    assert line.next_sync_at is None


@pytest.mark.django_db
def test_stored_posts_are_counted() -> None:
    first, second = make_channel("A", state=healthy()), make_channel("B", state=healthy())
    for number in range(3):
        make_post(first, number)
    counted = {line.facts.pk: line.posts for line in described(all_health(timezone.now()))}
    assert counted == {first.pk: 3, second.pk: 0}
