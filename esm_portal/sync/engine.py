"""One attempt on one channel: take the lease, read batches, store each, settle what comes next.

A batch that is written leaves nothing half done: a process that dies at any line leaves a lease that ends
and a run that the next attempt marks as interrupted, and there is neither a gap nor a double.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from esm_portal import cache
from esm_portal.exceptions import EsmPortalError, InvalidPost, LeaseLost, PayloadError
from esm_portal.models import Channel, SyncRun
from esm_portal.sync import decide, lease, outcome, wording
from esm_portal.sync.clean import CleanPost, clean_post
from esm_portal.sync.connect import open_provider
from esm_portal.sync.store import compare, store_batch
from esm_portal.types import Batch, SkippedItem

logger = logging.getLogger("esm_portal.sync")

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
    outcome.mark_interrupted(channel, run)
    run.outcome = SyncRun.Outcome.RUNNING
    run.save()
    try:
        wish = _read(channel, run, token, full, on_batch)
    except LeaseLost:
        return outcome.finish(
            run, SyncRun.Outcome.INTERRUPTED, _("This sync was too slow; another one has taken over.")
        )
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
            now = timezone.now()
            with transaction.atomic():
                stored = store_batch(channel, posts, cursor=batch.cursor, token=token, now=now)
                run.created += stored.created
                run.updated += stored.updated
                run.unchanged += stored.unchanged
                _count(run, batch, [*skipped, *_repeats(stored.repeated)])
                run.requests = provider.http.request_count
                run.save()
            wishes.append(batch.wish)
            if on_batch:
                on_batch(run)
        run.requests = provider.http.request_count
    return decide.longest_wish(wishes)


def _dry_run(channel: Channel, run: SyncRun, full: bool, on_batch: OnBatch | None) -> SyncRun:
    try:
        with open_provider(channel.account) as provider:
            cursor = None if full else channel.state.cursor
            for batch in provider.iter_batches(channel.as_data(), cursor):
                posts, skipped = _cleaned(channel, batch)
                plan, _known = compare(channel, posts)
                run.created += len(plan.to_create)
                run.updated += len(plan.to_update)
                run.unchanged += plan.unchanged
                _count(run, batch, [*skipped, *_repeats(plan.repeated)])
                if on_batch:
                    on_batch(run)
            run.requests = provider.http.request_count
    except EsmPortalError as error:
        run.outcome, run.message = SyncRun.Outcome.FAILED, wording.explain(error)
        run.error_kind, run.detail = wording.error_kind(error), str(error)
    else:
        run.outcome, run.message = SyncRun.Outcome.SUCCESS, outcome.counts(run)
    run.finished_at = timezone.now()
    return run


def _cleaned(channel: Channel, batch: Batch) -> tuple[list[CleanPost], list[SkippedItem]]:
    """One bad item costs that item; a batch in which all are bad costs the batch."""
    posts: list[CleanPost] = []
    skipped = list(batch.skipped)
    for post in batch.posts:
        try:
            posts.append(clean_post(post, base_url=channel.url, language=channel.language))
        except (InvalidPost, ValueError, TypeError) as error:
            logger.warning("%s: skipped item %.80r: %s", channel, post.external_id, error)
            skipped.append(SkippedItem(external_id=str(post.external_id), reason=str(error)))
    if skipped and not posts:
        raise PayloadError(
            _("None of the %(count)s entries could be read. The first: %(reason)s")
            % {"count": len(skipped), "reason": skipped[0].reason}
        )
    return posts, skipped


def _repeats(external_ids: tuple[str, ...]) -> list[SkippedItem]:
    return [SkippedItem(external_id=id_, reason="The same id came twice.") for id_ in external_ids]


def _count(run: SyncRun, batch: Batch, skipped: list[SkippedItem]) -> None:
    run.batches += 1
    run.skipped += len(skipped)
    run.total = batch.total
    room = MAX_REASONS - len(run.detail.splitlines())
    for item in skipped[: max(room, 0)]:
        run.detail += f"{item.external_id[:80]}: {item.reason}\n"
