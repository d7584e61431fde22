"""When channels are read: the schedule lives in the database, any number of schedulers may run."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from esm_portal.conf import get_settings
from esm_portal.models import ChannelState, SyncRun

#: How long the record of an attempt is kept.
RUNS_KEPT = timedelta(days=30)


def prune_runs() -> int:
    """Delete the records of attempts that are older than RUNS_KEPT; returns how many."""
    old = SyncRun.objects.filter(created_at__lt=timezone.now() - RUNS_KEPT)
    return old.delete()[0]


def claim_due(limit: int = 100) -> list[int]:
    """Ids of channels that are due, each given to exactly one caller.

    Claiming moves the next attempt one lease ahead, by compare-and-set: when the task that was to follow
    is lost, the channel is due again after that.
    """
    now = timezone.now()
    later = now + timedelta(seconds=get_settings().LEASE_SECONDS)
    claimed = []
    for channel_id, due_at in ChannelState.objects.due(now).values_list("channel", "next_sync_at")[:limit]:
        mine = ChannelState.objects.filter(channel=channel_id, next_sync_at=due_at)
        if mine.update(next_sync_at=later):
            claimed.append(channel_id)
    return claimed
