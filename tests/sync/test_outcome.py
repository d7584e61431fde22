"""How attempts end: what is recorded, who is told, and when the next one comes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from esm_portal.exceptions import (
    AuthenticationFailed,
    ChannelUnavailable,
    InvalidPost,
    PayloadError,
    RateLimited,
    ServiceUnavailable,
)
from esm_portal.models import Channel, ChannelState, SyncRun
from esm_portal.signals import posts_synced, sync_finished
from esm_portal.sync.engine import sync_channel
from esm_portal.testing import FakeProvider

pytestmark = pytest.mark.django_db


def test_a_lease_lost_after_the_last_batch_is_no_success(channel: Channel) -> None:
    FakeProvider.script("news").posts("1").then(
        lambda: ChannelState.objects.update(lease_token="another") and None
    )

    assert sync_channel(channel.pk).outcome == SyncRun.Outcome.INTERRUPTED
    assert ChannelState.objects.get(channel=channel).last_success_at is None


@pytest.mark.parametrize(
    ("error", "kind", "pause"),
    [
        (ServiceUnavailable("Down."), "retryable", timedelta(seconds=600)),
        (RateLimited("Slow.", retry_after=timedelta(hours=2)), "retryable", timedelta(hours=2)),
        (AuthenticationFailed("Who?", status_code=401), "credential", timedelta(days=1)),
        (PayloadError("Not a feed."), "payload", timedelta(seconds=600)),
        (InvalidPost("Bad."), "payload", timedelta(seconds=600)),
        (ChannelUnavailable("Not there.", status_code=404), "unavailable", timedelta(seconds=600)),
        (ChannelUnavailable("Gone.", status_code=410), "unavailable", None),
        (OperationalError("database is locked"), "storage", timedelta(seconds=600)),
        (OSError(28, "No space left on device"), "storage", timedelta(seconds=600)),
    ],
)
def test_each_error_has_its_rung(
    channel: Channel, error: Exception, kind: str, pause: timedelta | None
) -> None:
    FakeProvider.script("news").error(error)
    before = timezone.now()

    run = sync_channel(channel.pk)

    state = ChannelState.objects.get(channel=channel)
    assert (run.outcome, run.error_kind) == (SyncRun.Outcome.FAILED, kind)
    assert run.message
    assert (state.failures, state.error_kind, state.error_message) == (1, kind, run.message)
    assert state.failing_since
    if pause is None:
        assert state.next_sync_at is None
    else:
        assert state.next_sync_at
        assert pause <= state.next_sync_at - before < pause + timedelta(seconds=30)


def test_a_channel_that_stays_away_is_asked_no_more(channel: Channel) -> None:
    for _ in range(5):
        sync_channel(channel.pk)

    assert ChannelState.objects.get(channel=channel).next_sync_at is None


def test_success_forgets_former_trouble(channel: Channel) -> None:
    FakeProvider.script("news").error(ServiceUnavailable("Down."))
    sync_channel(channel.pk)
    FakeProvider.script("news").posts("1")
    sync_channel(channel.pk)

    state = ChannelState.objects.get(channel=channel)
    assert (state.failures, state.error_kind, state.error_message) == (0, "", "")
    assert state.failing_since is None


def test_a_run_that_died_is_named_by_the_next(channel: Channel) -> None:
    dead = SyncRun.objects.create(channel=channel, trigger="schedule", outcome=SyncRun.Outcome.RUNNING)
    past = timezone.now() - timedelta(minutes=1)
    ChannelState.objects.filter(channel=channel).update(lease_token="dead", lease_expires_at=past)
    FakeProvider.script("news").posts("1")

    assert sync_channel(channel.pk).outcome == SyncRun.Outcome.SUCCESS
    dead.refresh_from_db()
    assert dead.outcome == SyncRun.Outcome.INTERRUPTED
    assert dead.finished_at


def test_signals_tell_what_was_written_after_commit(
    channel: Channel, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    heard: list[tuple[str, object]] = []

    def on_posts(created: list[int], updated: list[int], **_: object) -> None:
        heard.append(("posts", (len(created), len(updated))))

    def on_finish(outcome: str, **_: object) -> None:
        heard.append(("finished", outcome))

    posts_synced.connect(on_posts)
    sync_finished.connect(on_finish)
    try:
        FakeProvider.script("news").posts("1", "2")
        with django_capture_on_commit_callbacks(execute=True):
            sync_channel(channel.pk)
    finally:
        posts_synced.disconnect(on_posts)
        sync_finished.disconnect(on_finish)

    assert heard == [("posts", (2, 0)), ("finished", "success")]
