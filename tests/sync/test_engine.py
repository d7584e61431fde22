"""The engine against scripted answers: what is stored, what is said, and what comes next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoCaptureOnCommitCallbacks

from esm_portal.exceptions import (
    PayloadError,
    ProviderConfigurationError,
    ServiceUnavailable,
)
from esm_portal.models import Attachment, Author, Channel, ChannelState, Post, SyncRun
from esm_portal.sync import engine
from esm_portal.sync.engine import sync_channel
from esm_portal.sync.store import store_batch
from esm_portal.testing import FakeProvider, make_post
from esm_portal.types import AttachmentData, AttachmentKind, AuthorData, SkippedItem

pytestmark = pytest.mark.django_db


def stored_ids(channel: Channel) -> list[str]:
    return sorted(channel.posts.values_list("external_id", flat=True))


def test_posts_cursor_and_counts_are_stored(channel: Channel) -> None:
    FakeProvider.script("news").posts("1", "2").posts("3", cursor={"at": 3})

    run = sync_channel(channel.pk)

    assert run.outcome == SyncRun.Outcome.SUCCESS
    assert (run.created, run.updated, run.unchanged, run.batches) == (3, 0, 0, 2)
    assert stored_ids(channel) == ["1", "2", "3"]
    state = ChannelState.objects.get(channel=channel)
    assert state.cursor == {"at": 3}
    assert state.last_success_at
    assert state.lease_token == ""


def test_the_cursor_comes_back_unless_everything_is_wanted(channel: Channel) -> None:
    script = FakeProvider.script("news").posts("1", cursor={"at": 1})
    sync_channel(channel.pk)
    sync_channel(channel.pk)
    sync_channel(channel.pk, full=True)

    assert script.cursors_seen == [None, {"at": 1}, None]


def test_a_second_run_stores_nothing_twice(channel: Channel) -> None:
    FakeProvider.script("news").posts("1", "2")
    sync_channel(channel.pk)

    run = sync_channel(channel.pk)

    assert (run.created, run.unchanged) == (0, 2)
    assert stored_ids(channel) == ["1", "2"]


def test_a_quiet_run_writes_no_row_a_page_shows(channel: Channel) -> None:
    author = AuthorData(external_id="a", name="Ana")
    FakeProvider.script("news").batch(make_post("1", author=author))
    sync_channel(channel.pk)
    version = ChannelState.objects.get(channel=channel).version

    with CaptureQueriesContext(
        connection,
    ) as queries:
        sync_channel(channel.pk)

    writes = {
        sql.split()[1 if sql.startswith("UPDATE") else 2].strip('"')
        for query in queries
        if (sql := query["sql"]).startswith(("INSERT", "UPDATE", "DELETE"))
    }
    assert writes == {"esm_portal_channelstate", "esm_portal_syncrun"}
    assert ChannelState.objects.get(channel=channel).version == version


def test_an_edit_replaces_text_author_and_attachments(channel: Channel) -> None:
    image = AttachmentData(kind=AttachmentKind.IMAGE, url="https://e.example/1.png")
    file = AttachmentData(kind=AttachmentKind.FILE, url="https://e.example/1.pdf")
    ana, bo = AuthorData(external_id="a", name="Ana"), AuthorData(external_id="b", name="Bo")
    FakeProvider.script("news").batch(make_post("1", body="Before", author=ana, attachments=(image,)))
    sync_channel(channel.pk)
    version = ChannelState.objects.get(channel=channel).version
    FakeProvider.script("news").batch(make_post("1", body="After", author=bo, attachments=(file,)))

    run = sync_channel(channel.pk)

    post = Post.objects.get()
    assert run.updated == 1
    assert post.text == "After"
    assert post.author == Author.objects.get(name="Bo")
    assert [item.url for item in Attachment.objects.all()] == ["https://e.example/1.pdf"]
    assert ChannelState.objects.get(channel=channel).version > version


def test_an_edit_does_not_undo_what_was_hidden(channel: Channel) -> None:
    FakeProvider.script("news").batch(make_post("1", body="Before"))
    sync_channel(channel.pk)
    Post.objects.update(is_shown=False)
    FakeProvider.script("news").batch(make_post("1", body="After"))
    sync_channel(channel.pk)

    assert not Post.objects.get().is_shown


def test_a_renamed_author_is_new_on_every_channel_that_shows_them(
    channel: Channel,
    make_channel: Callable[..., Channel],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    other = make_channel("other")
    for name in ("news", "other"):
        FakeProvider.script(name).batch(
            make_post(f"{name}-1", author=AuthorData(external_id="a", name="Ana"))
        )
    sync_channel(channel.pk)
    sync_channel(other.pk)
    version = ChannelState.objects.get(channel=other).version
    FakeProvider.script("news").batch(make_post("news-1", author=AuthorData(external_id="a", name="Anna")))

    with django_capture_on_commit_callbacks(execute=True):
        sync_channel(channel.pk)

    assert Author.objects.get().name == "Anna"
    assert ChannelState.objects.get(channel=other).version > version


def test_absence_is_not_deletion(channel: Channel) -> None:
    FakeProvider.script("news").posts("1", "2")
    sync_channel(channel.pk)
    FakeProvider.script("news").posts("2")
    sync_channel(channel.pk)

    assert stored_ids(channel) == ["1", "2"]


def test_one_bad_item_costs_that_item(channel: Channel) -> None:
    bad = SkippedItem(external_id="x", reason="It has no text.")
    FakeProvider.script("news").batch(make_post("1"), skipped=(bad,)).batch(make_post("2"), make_post("2"))

    run = sync_channel(channel.pk)

    assert run.outcome == SyncRun.Outcome.SUCCESS
    assert stored_ids(channel) == ["1", "2"]
    assert run.skipped == 2
    assert "x: It has no text." in run.detail


def test_a_bad_item_in_a_batch_of_its_own_costs_that_item(channel: Channel) -> None:
    FakeProvider.script("news").posts("1").skip("x", "It has no text.").posts("2", cursor={"at": 2})

    run = sync_channel(channel.pk)

    assert (run.outcome, run.skipped) == (SyncRun.Outcome.SUCCESS, 1)
    assert stored_ids(channel) == ["1", "2"]
    assert ChannelState.objects.get(channel=channel).cursor == {"at": 2}


@pytest.mark.parametrize("dry_run", [True, False])
def test_nothing_but_bad_items_is_a_failure_that_moves_no_cursor(channel: Channel, dry_run: bool) -> None:
    bad = SkippedItem(external_id="x", reason="It has no text.")
    FakeProvider.script("news").batch(skipped=(bad,), cursor={"at": 1})

    run = sync_channel(channel.pk, dry_run=dry_run)

    assert run.outcome == SyncRun.Outcome.FAILED
    assert "It has no text." in run.message
    assert ChannelState.objects.get(channel=channel).cursor is None


def test_a_batch_that_could_not_be_stored_is_not_counted(
    channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def store_and_fail(*args: Any, **kwargs: Any) -> None:
        store_batch(*args, **kwargs)
        raise OperationalError("database is locked")

    monkeypatch.setattr(engine, "store_batch", store_and_fail)
    FakeProvider.script("news").posts("1")

    run = sync_channel(channel.pk)

    assert (run.outcome, run.created, run.batches) == (SyncRun.Outcome.FAILED, 0, 0)
    assert stored_ids(channel) == []


def test_undated_posts_keep_their_order_over_batches(channel: Channel) -> None:
    undated = [make_post(id_, published_at=None) for id_ in "abcd"]
    FakeProvider.script("news").batch(*undated[:2]).batch(*undated[2:])
    sync_channel(channel.pk)

    assert [post.external_id for post in Post.objects.newest_first()] == ["a", "b", "c", "d"]


def test_a_renamed_account_is_new_on_every_page(channel: Channel) -> None:
    version = ChannelState.objects.get(channel=channel).version
    channel.account.name = "Another name"
    channel.account.save()

    assert ChannelState.objects.get(channel=channel).version > version


def test_what_came_before_an_error_stays(channel: Channel) -> None:
    FakeProvider.script("news").posts("1", cursor={"at": 1}).error(ServiceUnavailable("The service is down."))

    run = sync_channel(channel.pk)

    assert run.outcome == SyncRun.Outcome.FAILED
    assert run.message == "The service is down."
    assert stored_ids(channel) == ["1"]
    assert ChannelState.objects.get(channel=channel).cursor == {"at": 1}


def test_a_fault_of_ours_is_recorded_and_raised(channel: Channel) -> None:
    FakeProvider.script("news").posts("1").error(KeyError("oh"))

    with pytest.raises(KeyError):
        sync_channel(channel.pk)

    run = SyncRun.objects.get()
    assert (run.outcome, run.error_kind) == (SyncRun.Outcome.FAILED, "internal")
    assert "KeyError" not in run.message
    assert "KeyError" in run.detail
    assert stored_ids(channel) == ["1"]


def test_a_configuration_error_reaches_the_person_at_the_keyboard(channel: Channel) -> None:
    channel.account.provider = "gone"
    channel.account.save()

    with pytest.raises(ProviderConfigurationError):
        sync_channel(channel.pk)

    assert "gone" in SyncRun.objects.get().message


def test_ctrl_c_frees_the_channel_and_keeps_what_is_stored(channel: Channel) -> None:
    FakeProvider.script("news").posts("1").error(KeyboardInterrupt())

    with pytest.raises(KeyboardInterrupt):
        sync_channel(channel.pk)

    assert SyncRun.objects.get().outcome == SyncRun.Outcome.INTERRUPTED
    assert ChannelState.objects.get(channel=channel).failures == 0
    FakeProvider.script("news").posts("1", "2")
    assert sync_channel(channel.pk).created == 1


def test_two_syncs_at_once_do_the_work_once(channel: Channel) -> None:
    second: list[SyncRun] = []
    FakeProvider.script("news").posts("1").then(lambda: second.append(sync_channel(channel.pk))).posts("2")

    first = sync_channel(channel.pk)

    assert first.outcome == SyncRun.Outcome.SUCCESS
    assert second[0].outcome == SyncRun.Outcome.SKIPPED
    assert second[0].message
    assert stored_ids(channel) == ["1", "2"]


def test_a_worker_that_lost_its_lease_writes_nothing_more(channel: Channel) -> None:
    def another_takes_over() -> None:
        ChannelState.objects.filter(channel=channel).update(lease_token="another")

    FakeProvider.script("news").posts("1").then(another_takes_over).posts("2", cursor={"at": 2})

    run = sync_channel(channel.pk)

    assert run.outcome == SyncRun.Outcome.INTERRUPTED
    assert stored_ids(channel) == ["1"]
    state = ChannelState.objects.get(channel=channel)
    assert state.cursor is None
    assert state.lease_token == "another"


def test_a_dry_run_counts_and_leaves_no_trace(channel: Channel) -> None:
    FakeProvider.script("news").posts("1", "2", cursor={"at": 2})

    run = sync_channel(channel.pk, dry_run=True)

    assert (run.outcome, run.created) == (SyncRun.Outcome.SUCCESS, 2)
    assert not Post.objects.exists()
    assert not SyncRun.objects.exists()
    assert ChannelState.objects.get(channel=channel).cursor is None


def test_a_dry_run_of_a_broken_channel_says_so(channel: Channel) -> None:
    FakeProvider.script("news").error(PayloadError("Not a feed."))

    run = sync_channel(channel.pk, dry_run=True)

    assert (run.outcome, run.message) == (SyncRun.Outcome.FAILED, "Not a feed.")


def test_progress_is_told_after_each_batch(channel: Channel) -> None:
    FakeProvider.script("news").batch(make_post("1"), total=2).batch(make_post("2"), total=2)
    seen: list[tuple[int, int | None]] = []

    sync_channel(channel.pk, on_batch=lambda run: seen.append((run.created, run.total)))

    assert seen == [(1, 2), (2, 2)]
