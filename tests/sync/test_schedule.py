from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from esm_portal.models import Channel, ChannelState
from esm_portal.sync.schedule import claim_due

pytestmark = pytest.mark.django_db


def test_a_new_channel_is_due_at_once_and_claimed_once(channel: Channel) -> None:
    assert claim_due() == [channel.pk]
    assert claim_due() == []


def test_a_claim_whose_task_was_lost_comes_back(channel: Channel) -> None:
    claim_due()
    state = ChannelState.objects.get(channel=channel)

    assert state.next_sync_at
    assert timedelta(0) < state.next_sync_at - timezone.now() <= timedelta(minutes=5)


@pytest.mark.parametrize("off", ["channel", "account", "stopped", "later"])
def test_what_is_off_stopped_or_not_due_is_left_alone(channel: Channel, off: str) -> None:
    if off == "channel":
        Channel.objects.update(is_active=False)
    elif off == "account":
        channel.account.is_active = False
        channel.account.save()
    else:
        when = None if off == "stopped" else timezone.now() + timedelta(hours=1)
        ChannelState.objects.update(next_sync_at=when)

    assert claim_due() == []


def test_the_longest_waiting_comes_first(make_channel: Callable[..., Channel]) -> None:
    late, later = make_channel("late"), make_channel("later")
    ChannelState.objects.filter(channel=later).update(next_sync_at=timezone.now() - timedelta(hours=1))

    assert claim_due(limit=1) == [later.pk]
    assert claim_due(limit=1) == [late.pk]
