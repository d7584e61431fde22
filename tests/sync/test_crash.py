"""Real processes and a real database file: killed, racing, locked, full."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from esm_portal.models import Channel, ChannelState, Post, SyncRun
from esm_portal.sync.engine import sync_channel
from esm_portal.testing import FakeProvider, make_post

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
    import os, sys, time
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django
    from django.conf import settings
    django.setup()
    settings.DATABASES["default"]["NAME"] = os.environ["CHILD_DATABASE"]
    settings.ESM_PORTAL = {"PROVIDERS": ["esm_portal.testing.FakeProvider"]}
    from esm_portal.conf import get_settings
    from esm_portal.registry import get_providers
    get_settings.cache_clear(), get_providers.cache_clear()
    from django.db import connections
    connections["default"].settings_dict["NAME"] = os.environ["CHILD_DATABASE"]
    from esm_portal.sync import store
    from esm_portal.sync.engine import sync_channel
    from esm_portal.testing import FakeProvider

    def in_the_middle_of_a_batch():
        write = store._write_posts
        def write_and_wait(*args):
            rows = write(*args)
            print("written", flush=True)
            time.sleep(60)
            return rows
        store._write_posts = write_and_wait

    script = FakeProvider.script("news").posts("1", "2", cursor={"at": 2})
"""


def start(body: str) -> subprocess.Popen[str]:
    program = textwrap.dedent(PROGRAM) + textwrap.dedent(body)
    environment = {**os.environ, "CHILD_DATABASE": str(connection.settings_dict["NAME"])}
    return subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )


def test_kill_9_in_the_middle_of_a_batch_leaves_no_gap_and_no_double(channel: Channel) -> None:
    body = f"""
        script.then(in_the_middle_of_a_batch).posts("3", "4", cursor={{"at": 4}})
        sync_channel({channel.pk})
    """
    with start(body) as process:
        assert process.stdout
        assert process.stdout.readline() == "written\n"
        process.send_signal(signal.SIGKILL)

    assert Post.objects.count() == 2
    assert ChannelState.objects.get(channel=channel).cursor == {"at": 2}
    FakeProvider.script("news").posts("3", "4", cursor={"at": 4})
    assert sync_channel(channel.pk).outcome == SyncRun.Outcome.SKIPPED
    ChannelState.objects.update(lease_expires_at="2026-01-01T00:00:00Z")

    run = sync_channel(channel.pk)

    assert run.created == 2
    assert sorted(Post.objects.values_list("external_id", flat=True)) == ["1", "2", "3", "4"]
    assert SyncRun.objects.filter(outcome=SyncRun.Outcome.INTERRUPTED).count() == 1


def test_processes_that_start_at_once_store_each_post_once(channel: Channel) -> None:
    body = f"print(sync_channel({channel.pk}).outcome)"
    processes = [start(body) for _ in range(3)]
    outcomes = sorted(process.communicate(timeout=60)[0].strip() for process in processes)

    assert "success" in outcomes
    assert set(outcomes) <= {"success", "skipped"}
    assert Post.objects.count() == 2


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has no lock on the whole database")
def test_a_database_that_stays_locked_costs_the_attempt_only(channel: Channel, settings: Settings) -> None:
    blocker = sqlite3.connect(str(connection.settings_dict["NAME"]), isolation_level=None)
    FakeProvider.script("news").posts("1").then(lambda: blocker.execute("BEGIN IMMEDIATE") and None).posts(
        "2"
    )
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 100")
    try:
        run = sync_channel(channel.pk)
    finally:
        blocker.rollback()
        blocker.close()
        connection.close()

    assert run.outcome == SyncRun.Outcome.FAILED
    assert "busy" in run.message
    assert Post.objects.count() == 1
    ChannelState.objects.update(lease_expires_at="2026-01-01T00:00:00Z")
    FakeProvider.script("news").posts("1", "2")
    assert sync_channel(channel.pk).created == 1
    assert SyncRun.objects.filter(outcome=SyncRun.Outcome.INTERRUPTED).count() == 1


@pytest.mark.skipif(connection.vendor != "sqlite", reason="sets a page limit that only SQLite has")
def test_a_full_disk_costs_the_attempt_only(channel: Channel) -> None:
    FakeProvider.script("news").posts("1")
    sync_channel(channel.pk)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0] + 2}")
    try:
        FakeProvider.script("news").batch(make_post("2", body="x " * 300_000))
        run = sync_channel(channel.pk)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA max_page_count = 1073741823")

    assert run.outcome == SyncRun.Outcome.FAILED
    assert "room" in run.message
    assert SyncRun.objects.get(pk=run.pk).message == run.message
    assert [post.external_id for post in Post.objects.all()] == ["1"]
