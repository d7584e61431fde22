"""Background work: tasks take primary keys and may run twice, since every store is idempotent."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.core.management import call_command
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from esm_portal.conf import get_settings
from esm_portal.models import Channel, ChannelState, SyncRun
from esm_portal.sync.engine import sync_channel
from esm_portal.sync.outcome import finish
from esm_portal.sync.schedule import claim_due, prune_runs

try:
    from django.tasks import task, task_backends
except ImportError:  # Django 5.2
    from django_tasks import task, task_backends  # type: ignore[no-redef]

if TYPE_CHECKING:
    from django.contrib.auth.models import User


# A task is of its backend's package, and on Django 6 TASKS["default"] may be of another than our alias.
_ALIAS = get_settings().TASK_BACKEND
_background = task(backend=_ALIAS if _ALIAS in task_backends.settings else "default")


@_background
def sync_scheduled(channel_id: int, claimed_at: str) -> None:
    """Read a channel that was due at ``claimed_at`` (ISO 8601), unless that is done or not wanted."""
    done = Q(state__last_attempt_at__gt=datetime.fromisoformat(claimed_at))
    if Channel.objects.active().filter(pk=channel_id).exclude(done).exists():
        sync_channel(channel_id, trigger=SyncRun.Trigger.SCHEDULE)


@_background
def sync_run(run_id: int) -> None:
    """Carry out a run a person asked for; one that is over already is left alone."""
    run = SyncRun.objects.filter(pk=run_id, outcome=SyncRun.Outcome.QUEUED).first()
    if run is None:
        return
    if Channel.objects.active().filter(pk=run.channel_id).exists():
        sync_channel(run.channel_id, run=run)
    else:
        finish(run, SyncRun.Outcome.SKIPPED, _("The channel has been switched off."))


def request_sync(channel: Channel, *, user: User | None) -> SyncRun:
    """A queued run for ``channel``, handed to the workers once the transaction commits.

    Returns the run that is waiting already when there is one: pressing a button twice reads once. That one is
    handed over again, in case its task was lost.
    """
    with transaction.atomic():
        # The row lock makes two requests at once agree on one run.
        ChannelState.objects.select_for_update().get(channel=channel)
        # The scheduler need not hand out what a person has asked for at the same moment.
        now = timezone.now()
        ChannelState.objects.filter(channel=channel, next_sync_at__lte=now).update(
            next_sync_at=now + timedelta(seconds=get_settings().LEASE_SECONDS)
        )
        run = SyncRun.objects.filter(
            channel=channel, outcome=SyncRun.Outcome.QUEUED
        ).first() or SyncRun.objects.create(
            channel=channel, trigger=SyncRun.Trigger.PERSON, requested_by=user
        )
        backend = sync_run.using(backend=get_settings().TASK_BACKEND)
        transaction.on_commit(lambda: backend.enqueue(run.pk))
    return run


def enqueue_due() -> int:
    """Hand every due channel to the workers; returns how many."""
    claimed_at = timezone.now().isoformat()
    due = claim_due()
    for channel_id in due:
        sync_scheduled.using(backend=get_settings().TASK_BACKEND).enqueue(channel_id, claimed_at)
    return len(due)


def prune() -> None:
    """Forget old runs, and old results of tasks where the site's own database holds them."""
    prune_runs()
    alias = get_settings().TASK_BACKEND
    if task_backends[alias].__class__.__module__ == "django_tasks_db.backend":
        call_command("prune_db_task_results", "--backend", alias, "--min-age-days", "1", verbosity=0)


class WorkerUnavailableError(Exception):
    """The site's task backend has workers of its own; this process can only schedule."""


def make_worker(*, once: bool) -> Any:
    """A worker of django-tasks' database backend for our alias. Raises WorkerUnavailableError."""
    alias = get_settings().TASK_BACKEND
    try:
        from django_tasks_db.backend import DatabaseBackend
        from django_tasks_db.management.commands.db_worker import Worker
    except ImportError as error:
        raise WorkerUnavailableError(
            "django-tasks-db is not installed: pip install esm-portal[worker], "
            "or run esm_worker --scheduler-only beside the workers of your own queue."
        ) from error
    if not isinstance(task_backends[alias], DatabaseBackend):
        raise WorkerUnavailableError(
            f'TASKS["{alias}"] is not the database backend of django-tasks-db: '
            "run esm_worker --scheduler-only beside the workers of your own queue."
        )
    return Worker(
        queue_names=["*"],
        interval=0.5,
        batch=once,
        backend_name=alias,
        startup_delay=False,
        max_tasks=None,
        worker_id=get_random_string(32),
        excluded_queue_names=[],
    )
