"""How an attempt ended: on the run for people, on the channel's state for the next attempt."""

from __future__ import annotations

import logging
import random
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from esm_portal.conf import get_settings
from esm_portal.exceptions import (
    ChannelUnavailable,
    CredentialError,
    EsmPortalError,
    RetryableError,
)
from esm_portal.models import Channel, ChannelState, SyncRun
from esm_portal.signals import sync_finished
from esm_portal.sync import decide, wording

logger = logging.getLogger("esm_portal.sync")


def counts(run: SyncRun) -> str:
    """What a run brought, as a sentence."""
    if not (run.created or run.updated or run.skipped):
        return _("Nothing new.")
    parts = [
        ngettext("%(n)s new post", "%(n)s new posts", run.created) % {"n": run.created},
        ngettext("%(n)s changed", "%(n)s changed", run.updated) % {"n": run.updated},
        ngettext("%(n)s unchanged", "%(n)s unchanged", run.unchanged) % {"n": run.unchanged},
    ]
    if run.skipped:
        parts.append(ngettext("%(n)s unreadable", "%(n)s unreadable", run.skipped) % {"n": run.skipped})
    return f"{', '.join(parts)}."


def succeed(channel: Channel, run: SyncRun, token: str, wish: timedelta | None) -> SyncRun:
    """Release the lease, forget former trouble and settle the next attempt."""
    now = timezone.now()
    next_sync_at = decide.next_success(now, channel.interval(), wish, _cap(), _jitter())
    kept = ChannelState.objects.filter(channel=channel, lease_token=token).update(
        lease_token="",
        lease_expires_at=None,
        last_success_at=now,
        failures=0,
        error_kind="",
        error_message="",
        failing_since=None,
        next_sync_at=next_sync_at,
    )
    return finish(run, SyncRun.Outcome.SUCCESS, counts(run)) if kept else lost(run)


def lost(run: SyncRun) -> SyncRun:
    """Another worker has the channel by now; what this one stored stays."""
    return finish(run, SyncRun.Outcome.INTERRUPTED, _("This sync was too slow; another one has taken over."))


def fail(channel: Channel, run: SyncRun, token: str, error: BaseException) -> SyncRun:
    """Record the failure on the run and the channel, as far as the database still allows."""
    if not isinstance(error, Exception):
        state = {"lease_token": "", "lease_expires_at": None}
        ChannelState.objects.filter(channel=channel, lease_token=token).update(**state)
        return finish(run, SyncRun.Outcome.INTERRUPTED, _("The sync was stopped; stored posts stay."))
    run.error_kind = wording.error_kind(error)
    run.detail = f"{type(error).__name__}: {error}\n{run.detail}"
    message = wording.explain(error)
    expected = isinstance(error, EsmPortalError)
    logger.warning("%s: sync failed: %s", channel, error, exc_info=None if expected else error)
    try:
        state = _failed_state(channel, error, timezone.now())
        ChannelState.objects.filter(channel=channel, lease_token=token).update(**state)
        return finish(run, SyncRun.Outcome.FAILED, message)
    except DatabaseError:
        # The lease ends by itself, and the next attempt marks this run as interrupted.
        logger.exception("%s: the failure could not be recorded", channel)
        run.outcome, run.message = SyncRun.Outcome.FAILED, message
        return run


def finish(run: SyncRun, outcome: SyncRun.Outcome, message: str) -> SyncRun:
    """Save how ``run`` ended and tell who listens."""
    run.outcome = outcome
    run.message = message
    run.finished_at = timezone.now()
    run.save()
    transaction.on_commit(
        lambda: sync_finished.send(
            SyncRun, channel_id=run.channel_id, run_id=run.pk, outcome=str(run.outcome)
        )
    )
    return run


def mark_interrupted(channel: Channel, run: SyncRun) -> None:
    """Say of runs that died what became of them. To be called by the holder of the lease."""
    SyncRun.objects.filter(channel=channel, outcome=SyncRun.Outcome.RUNNING).exclude(pk=run.pk).update(
        outcome=SyncRun.Outcome.INTERRUPTED,
        finished_at=timezone.now(),
        message=_("The process ended before this sync did. What it had stored stays; the next sync went on."),
    )


def _failed_state(channel: Channel, error: Exception, now: datetime) -> dict[str, Any]:
    """The fields of the channel's state after ``error``."""
    failures = channel.state.failures + 1
    return {
        "lease_token": "",
        "lease_expires_at": None,
        "failures": F("failures") + 1,
        "error_kind": wording.error_kind(error),
        "error_message": wording.explain(error),
        "failing_since": channel.state.failing_since or now,
        "next_sync_at": _next_attempt(channel, error, failures, now),
    }


def _next_attempt(channel: Channel, error: Exception, failures: int, now: datetime) -> datetime | None:
    """When to try again; None when asking again makes no sense before a person has acted."""
    threshold = get_settings().CIRCUIT_FAILURES
    if isinstance(error, ChannelUnavailable) and (error.gone or failures >= threshold):
        return None
    if isinstance(error, CredentialError):
        return now + _cap()
    wish = error.retry_after if isinstance(error, RetryableError) else None
    return decide.next_failure(now, channel.interval(), failures, threshold, wish, _cap(), _jitter())


def _cap() -> timedelta:
    return timedelta(seconds=get_settings().SYNC_INTERVAL_CAP)


def _jitter() -> float:
    return get_settings().SYNC_JITTER * random.random()  # noqa: S311 (spreads load, guards nothing)
