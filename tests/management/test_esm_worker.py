"""The embedded worker as a real process on a real database file."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from esm_portal.models import Channel, ChannelState, Post, SyncRun
from esm_portal.tasks import enqueue_due, prune, request_sync, sync_run
from esm_portal.testing import FakeProvider

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.django_db(transaction=True)
def test_once_reads_what_is_due_and_what_a_person_asked_for(channel: Channel) -> None:
    FakeProvider.script("news").posts("1")
    call_command("esm_worker", "--once", stdout=StringIO())
    assert Post.objects.count() == 1

    FakeProvider.script("news").posts("1", "2")
    run = request_sync(channel, user=None)
    assert request_sync(channel, user=None) == run
    call_command("esm_worker", "--once", stdout=StringIO())

    run.refresh_from_db()
    assert (run.outcome, run.trigger, run.created) == ("success", "person", 1)
    assert [r.trigger for r in SyncRun.objects.all()] == ["person", "schedule"]


@pytest.mark.django_db(transaction=True)
def test_a_task_that_runs_twice_reads_once(channel: Channel) -> None:
    FakeProvider.script("news").posts("1")
    run = request_sync(channel, user=None)
    SyncRun.objects.update(outcome=SyncRun.Outcome.SUCCESS)
    call_command("esm_worker", "--once", "--scheduler-only", stdout=StringIO())
    ChannelState.objects.update(next_sync_at=None)

    sync_run.call(run.pk)
    assert not Post.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_what_a_person_asked_for_is_not_handed_out_by_the_scheduler_too(channel: Channel) -> None:
    request_sync(channel, user=None)
    assert enqueue_due() == 0


@pytest.mark.django_db(transaction=True)
def test_a_run_whose_task_was_lost_is_handed_over_again(channel: Channel) -> None:
    FakeProvider.script("news").posts("1")
    ChannelState.objects.update(next_sync_at=None)
    run = request_sync(channel, user=None)
    DBTaskResult.objects.all().delete()
    request_sync(channel, user=None)
    call_command("esm_worker", "--once", stdout=StringIO())

    run.refresh_from_db()
    assert run.outcome == SyncRun.Outcome.SUCCESS


@pytest.mark.django_db(transaction=True)
def test_a_channel_switched_off_meanwhile_is_not_read(channel: Channel) -> None:
    FakeProvider.script("news").posts("1")
    enqueue_due()
    run = request_sync(channel, user=None)
    Channel.objects.update(is_active=False)
    call_command("esm_worker", "--once", stdout=StringIO())

    run.refresh_from_db()
    assert run.outcome == SyncRun.Outcome.SKIPPED
    assert "switched off" in run.message
    assert not Post.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_task_that_waited_too_long_does_not_read_again(channel: Channel) -> None:
    script = FakeProvider.script("news").posts("1")
    enqueue_due()
    ChannelState.objects.update(next_sync_at=timezone.now())
    enqueue_due()
    call_command("esm_worker", "--once", stdout=StringIO())

    assert len(script.cursors_seen) == 1


@pytest.mark.django_db(transaction=True)
def test_old_records_are_deleted_and_new_ones_kept(channel: Channel) -> None:
    FakeProvider.script("news").posts("1")
    call_command("esm_worker", "--once", stdout=StringIO())
    call_command("esm_sync", stdout=StringIO())
    old = SyncRun.objects.last()
    assert old
    SyncRun.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=31))
    DBTaskResult.objects.update(finished_at=timezone.now() - timedelta(days=2))

    prune()

    assert list(SyncRun.objects.all()) == list(SyncRun.objects.exclude(pk=old.pk))
    assert SyncRun.objects.count() == 1
    assert not DBTaskResult.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_fault_in_one_task_does_not_end_the_worker(channel: Channel) -> None:
    FakeProvider.script("news").error(KeyError("oh"))
    call_command("esm_worker", "--once", stdout=StringIO())

    assert SyncRun.objects.get().outcome == SyncRun.Outcome.FAILED


def test_a_queue_of_another_kind_needs_its_own_workers(db: None, settings: Settings) -> None:
    settings.TASKS = {
        "default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"},
        "social": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"},
    }
    with pytest.raises(CommandError, match="--scheduler-only"):
        call_command("esm_worker", "--once")
    call_command("esm_worker", "--once", "--scheduler-only")


def test_no_threads_is_a_usage_error(db: None) -> None:
    with pytest.raises(CommandError) as error:
        call_command("esm_worker", "--threads", "0")
    assert error.value.returncode == 2


PROGRAM = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
import django
django.setup()
from django.conf import settings
from django.db import connections
connections["default"].settings_dict["NAME"] = os.environ["CHILD_DATABASE"]
settings.DATABASES["default"]["NAME"] = os.environ["CHILD_DATABASE"]
settings.ESM_PORTAL = {"PROVIDERS": ["esm_portal.testing.FakeProvider"]}
from esm_portal.conf import get_settings
from esm_portal.registry import get_providers
get_settings.cache_clear(), get_providers.cache_clear()
from esm_portal.testing import FakeProvider
FakeProvider.script("news").posts("1", "2")
from django.core.management import call_command
call_command("esm_worker")
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_worker_reads_by_itself_and_ends_when_told(channel: Channel, number: signal.Signals) -> None:
    environment = {**os.environ, "CHILD_DATABASE": str(connection.settings_dict["NAME"])}
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        deadline = time.monotonic() + 60
        while Post.objects.count() < 2 and time.monotonic() < deadline and process.poll() is None:
            time.sleep(0.2)
        process.send_signal(number)
        process.communicate(timeout=20)

    assert Post.objects.count() == 2
    assert process.returncode == 0


@pytest.mark.django_db(transaction=True)
def test_due_channels_are_handed_out_once(channel: Channel) -> None:
    assert enqueue_due() == 1
    assert enqueue_due() == 0
