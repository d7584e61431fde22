from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from esm_portal.exceptions import PayloadError
from esm_portal.models import Channel, ChannelState, Post
from esm_portal.testing import FakeProvider

pytestmark = pytest.mark.django_db


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def esm_sync(*args: str, out: StringIO | None = None) -> str:
    out = out or StringIO()
    call_command("esm_sync", *args, stdout=out)
    return out.getvalue()


def test_a_pipe_gets_a_line_a_channel_and_a_last_line_of_counts(channel: Channel) -> None:
    FakeProvider.script("news").posts("1", "2")

    lines = esm_sync().splitlines()

    assert lines == [
        f"{channel.pk}\tnews\tsuccess\t2 new posts, 0 changed, 0 unchanged.",
        "1 channels, 0 failed: 2 new, 0 changed, 0 unchanged, 0 unreadable.",
    ]


def test_a_person_gets_a_bar_and_a_last_line_of_counts(channel: Channel, capsys: Any) -> None:
    FakeProvider.script("news").posts("1", "2")

    out = esm_sync(out=Terminal())

    assert out.splitlines() == ["1 channels, 0 failed: 2 new, 0 changed, 0 unchanged, 0 unreadable."]
    assert "news" in capsys.readouterr().err


def test_json_is_one_document(channel: Channel) -> None:
    FakeProvider.script("news").posts("1")

    (run,) = json.loads(esm_sync("--json"))

    assert (run["channel"], run["outcome"], run["created"]) == (channel.pk, "success", 1)
    assert run["finished_at"]


def test_a_failure_ends_with_1_after_the_other_channels(make_channel: Callable[..., Channel]) -> None:
    broken, well = make_channel("broken"), make_channel("well")
    FakeProvider.script("broken").error(PayloadError("Not a feed."))
    FakeProvider.script("well").posts("1")
    out = StringIO()

    with pytest.raises(SystemExit) as exit_:
        esm_sync(out=out)

    assert exit_.value.code == 1
    assert f"{broken.pk}\tbroken\tfailed\tNot a feed." in out.getvalue()
    assert well.posts.count() == 1


@pytest.mark.parametrize("args", [["--channel", "999"], ["--provider", "nothing"]])
def test_a_wrong_argument_ends_with_2_and_says_what_there_is(channel: Channel, args: list[str]) -> None:
    with pytest.raises(CommandError) as error:
        esm_sync(*args)

    assert error.value.returncode == 2


def test_channels_can_be_chosen(make_channel: Callable[..., Channel]) -> None:
    one, two, off = make_channel("one"), make_channel("two"), make_channel("off", is_active=False)
    for name in ("one", "two", "off"):
        FakeProvider.script(name).posts(name)

    esm_sync("--channel", str(one.pk))
    assert set(Post.objects.values_list("channel", flat=True)) == {one.pk}
    esm_sync("--provider", "fake")
    assert set(Post.objects.values_list("channel", flat=True)) == {one.pk, two.pk}
    esm_sync("--channel", str(off.pk))
    assert off.posts.count() == 1


def test_due_reads_only_what_is_due(make_channel: Callable[..., Channel]) -> None:
    due, later = make_channel("due"), make_channel("later")
    ChannelState.objects.filter(channel=later).update(next_sync_at=timezone.now() + timedelta(hours=1))
    for name in ("due", "later"):
        FakeProvider.script(name).posts(name)

    esm_sync("--due")

    assert set(Post.objects.values_list("channel", flat=True)) == {due.pk}


def test_full_ignores_the_cursor(channel: Channel) -> None:
    script = FakeProvider.script("news").posts("1", cursor={"at": 1})
    esm_sync()
    esm_sync("--full")

    assert script.cursors_seen == [None, None]


def test_a_dry_run_says_so_and_stores_nothing(channel: Channel) -> None:
    FakeProvider.script("news").posts("1")

    assert "Dry run: 1 channels, 0 failed: 1 new" in esm_sync("--dry-run")
    assert not Post.objects.exists()


def test_a_wrong_setting_reaches_the_person_at_the_keyboard(channel: Channel) -> None:
    channel.account.provider = "gone"
    channel.account.save()

    out = StringIO()
    with pytest.raises(SystemExit):
        esm_sync(out=out)
    assert 'No provider "gone"' in out.getvalue()
