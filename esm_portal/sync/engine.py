"""One attempt on one channel: take the lease, read batches, store each, settle what comes next.

A batch that is written leaves nothing half done: a process that dies at any line leaves a lease that ends
and a run that the next attempt marks as interrupted, and there is neither a gap nor a double.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from esm_portal import cache
from esm_portal.exceptions import EsmPortalError, LeaseLost, PayloadError
from esm_portal.models import Channel, SyncRun
from esm_portal.sync import decide, lease, outcome, wording
from esm_portal.sync.clean import CleanPost, clean_posts
from esm_portal.sync.connect import open_provider
from esm_portal.sync.store import Stored, compare, store_batch
from esm_portal.types import Batch, SkippedItem

OnBatch = Callable[[SyncRun], None]
#: How many reasons for skipped items a run keeps.
MAX_REASONS = 20


def sync_channel(
    channel_id: int,
    *,
    trigger: str = SyncRun.Trigger.COMMAND,
    run: SyncRun | None = None,
    full: bool = False,
    dry_run: bool = False,
    on_batch: OnBatch | None = None,
) -> SyncRun:
    """Read one channel once and return the finished run; its ``outcome`` and ``message`` say how it went.

    ``run`` is a queued run to use up. ``full`` ignores the cursor. ``dry_run`` stores nothing, not even the
    run, and only counts. Raises nothing a service can cause; a fault of ours is recorded and raised again.
    """
    cache.guard_query_cache()
    channel = Channel.objects.select_related("account", "state").get(pk=channel_id)
    run = run or SyncRun(channel=channel, trigger=trigger)
    run.started_at = timezone.now()
    if dry_run:
        return _dry_run(channel, run, full, on_batch)
    token = lease.acquire(channel_id, run.started_at)
    if token is None:
        return outcome.finish(
            run, SyncRun.Outcome.SKIPPED, _("Another sync of this channel is running already.")
        )
    # The last holder of the lease may have written since the channel was read.
    channel.state.refresh_from_db()
    outcome.mark_interrupted(channel, run)
    run.outcome = SyncRun.Outcome.RUNNING
    run.save()
    try:
        wish = _read(channel, run, token, full, on_batch)
    except LeaseLost:
        return outcome.lost(run)
    except (EsmPortalError, DatabaseError, OSError) as error:
        return outcome.fail(channel, run, token, error)
    except BaseException as error:
        # A fault of ours, or Ctrl-C: on record first, then on its way to whoever watches.
        outcome.fail(channel, run, token, error)
        raise
    return outcome.succeed(channel, run, token, wish)


def _read(
    channel: Channel, run: SyncRun, token: str, full: bool, on_batch: OnBatch | None
) -> timedelta | None:
    """Store every batch; returns the longest pause the service asked for."""
    wishes = []
    with open_provider(channel.account) as provider:
        cursor = None if full else channel.state.cursor
        for batch in provider.iter_batches(channel.as_data(), cursor):
            posts, skipped = _cleaned(channel, batch)
            has_read = bool(posts or _posts_read(run) or not skipped)
            with transaction.atomic():
                stored = store_batch(
                    channel,
                    posts,
                    # A position behind nothing but unreadable items would hide them from the next attempt.
                    cursor=batch.cursor if has_read else None,
                    token=token,
                    now=run.started_at or timezone.now(),
                    offset=_posts_read(run),
                )
                counts = _counted(run, batch, stored, skipped)
                counts["requests"] = provider.http.request_count
                SyncRun.objects.filter(pk=run.pk).update(**counts)
            _take(run, counts)
            wishes.append(batch.wish)
            if on_batch:
                on_batch(run)
        run.requests = provider.http.request_count
    _require_posts(run)
    return decide.longest_wish(wishes)


def _dry_run(channel: Channel, run: SyncRun, full: bool, on_batch: OnBatch | None) -> SyncRun:
    try:
        with open_provider(channel.account) as provider:
            cursor = None if full else channel.state.cursor
            for batch in provider.iter_batches(channel.as_data(), cursor):
                posts, skipped = _cleaned(channel, batch)
                plan, _known = compare(channel, posts)
                would = Stored(len(plan.to_create), len(plan.to_update), plan.unchanged, plan.repeated)
                _take(run, _counted(run, batch, would, skipped))
                if on_batch:
                    on_batch(run)
            run.requests = provider.http.request_count
        _require_posts(run)
    except EsmPortalError as error:
        run.outcome, run.message = SyncRun.Outcome.FAILED, wording.explain(error)
        run.error_kind, run.detail = wording.error_kind(error), str(error)
    else:
        run.outcome, run.message = SyncRun.Outcome.SUCCESS, outcome.counts(run)
    run.finished_at = timezone.now()
    return run


def _cleaned(channel: Channel, batch: Batch) -> tuple[list[CleanPost], list[SkippedItem]]:
    posts, skipped = clean_posts(batch.posts, base_url=channel.url, language=channel.language)
    return posts, [*batch.skipped, *skipped]


def _counted(run: SyncRun, batch: Batch, stored: Stored, skipped: list[SkippedItem]) -> dict[str, Any]:
    """The run's counts with one more batch; ``run`` itself changes only once that batch is committed."""
    repeats = [SkippedItem(external_id=id_, reason="The same id came twice.") for id_ in stored.repeated]
    items = [*skipped, *repeats]
    room = max(MAX_REASONS - len(run.detail.splitlines()), 0)
    reasons = (f"{item.external_id[:80]}: {item.reason}\n" for item in items[:room])
    return {
        "batches": run.batches + 1,
        "created": run.created + stored.created,
        "updated": run.updated + stored.updated,
        "unchanged": run.unchanged + stored.unchanged,
        "skipped": run.skipped + len(items),
        "total": batch.total,
        "detail": run.detail + "".join(reasons),
    }


def _take(run: SyncRun, counts: dict[str, Any]) -> None:
    for field, value in counts.items():
        setattr(run, field, value)


def _posts_read(run: SyncRun) -> int:
    return run.created + run.updated + run.unchanged


def _require_posts(run: SyncRun) -> None:
    """One bad item costs that item; when there is nothing but bad ones, the attempt has failed."""
    if run.skipped and not _posts_read(run):
        first = run.detail.splitlines()[0].partition(": ")[2]
        raise PayloadError(
            _("None of the %(count)s entries could be read. The first: %(reason)s")
            % {"count": run.skipped, "reason": first}
        )
