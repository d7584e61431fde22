"""The time-limited right to sync a channel, by compare-and-set: no two workers hold it at once."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.crypto import get_random_string

from esm_portal.conf import get_settings
from esm_portal.exceptions import LeaseLost
from esm_portal.models import ChannelState


def acquire(channel_id: int, now: datetime) -> str | None:
    """A token when the channel was free (or its holder gave no sign of life), else None."""
    token = get_random_string(32)
    free = Q(lease_expires_at=None) | Q(lease_expires_at__lt=now)
    taken = ChannelState.objects.filter(free, channel=channel_id).update(
        lease_token=token, lease_expires_at=_end(now), last_attempt_at=now
    )
    return token if taken else None


def renew(channel_id: int, token: str, now: datetime) -> None:
    """Keep the lease; to be called in the transaction that writes. Raises LeaseLost."""
    kept = ChannelState.objects.filter(channel=channel_id, lease_token=token).update(
        lease_expires_at=_end(now)
    )
    if not kept:
        raise LeaseLost("Another worker has taken over this channel.")


def _end(now: datetime) -> datetime:
    return now + timedelta(seconds=get_settings().LEASE_SECONDS)
