"""esm_status, esm_posts, esm_accounts and esm_channels."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from esm_portal.exceptions import ServiceUnavailable
from esm_portal.models import Account, Audience, Channel, Post
from esm_portal.sync.engine import sync_channel
from esm_portal.testing import FakeProvider, make_post

pytestmark = pytest.mark.django_db


def run(*args: str) -> str:
    out = StringIO()
    call_command(*args, stdout=out)
    return out.getvalue()


def run_json(*args: str) -> Any:
    return json.loads(run(*args, "--json"))


def test_status_shows_a_healthy_channel(channel: Channel) -> None:
    FakeProvider.script("news").posts("1")
    assert run_json("esm_status")[0]["state"] == "waiting"
    sync_channel(channel.pk)

    (row,) = run_json("esm_status")

    assert (row["state"], row["failures"], row["audience"]) == ("ok", 0, "nobody")
    assert row["last_success_at"]
    assert "1 channels, 0 failing." in run("esm_status")


def test_status_of_a_failing_channel_says_what_to_do_and_ends_with_1(channel: Channel) -> None:
    FakeProvider.script("news").error(ServiceUnavailable("The service does not answer."))
    sync_channel(channel.pk)
    out = StringIO()

    with pytest.raises(SystemExit) as exit_:
        call_command("esm_status", "--json", stdout=out)

    (row,) = json.loads(out.getvalue())
    assert exit_.value.code == 1
    assert row["message"] == "The service does not answer."
    assert row["advice"]


def test_a_channel_that_is_off_is_not_failing(channel: Channel) -> None:
    sync_channel(channel.pk)
    Channel.objects.update(is_active=False)

    assert run_json("esm_status")[0]["state"] == "off"


def test_posts_lists_what_is_stored_also_what_is_hidden(channel: Channel) -> None:
    FakeProvider.script("news").batch(make_post("1", body="Hello"), make_post("2"))
    sync_channel(channel.pk)
    Post.objects.filter(external_id="1").update(is_shown=False)

    rows = run_json("esm_posts", "--channel", str(channel.pk))

    assert [(row["external_id"], row["is_shown"]) for row in rows] == [("2", True), ("1", False)]
    assert rows[1]["text"] == "Hello"
    assert run("esm_posts").splitlines()[-1] == "2 posts."


def test_posts_of_an_unknown_channel_is_a_usage_error(db: None) -> None:
    with pytest.raises(CommandError) as error:
        run("esm_posts", "--channel", "999")
    assert error.value.returncode == 2


def test_an_account_is_added_listed_tested_and_removed(
    fake_network: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ESM_CREDENTIALS", '{"username": "portal", "password": "s3cret"}')
    out = run("esm_accounts", "add", "fake", "Fake one", "--option", "tenant=lumiere")
    account = Account.objects.get()

    assert "s3cret" not in out
    assert account.credentials == {"username": "portal", "password": "s3cret"}
    assert "s3cret" not in account.encrypted_credentials
    assert account.options == {"tenant": "lumiere"}
    listing = run("esm_accounts", "list", "--json")
    assert json.loads(listing)[0]["name"] == "Fake one"
    assert "s3cret" not in listing
    assert "Connected to nothing" in run("esm_accounts", "test", str(account.pk))
    run("esm_accounts", "remove", str(account.pk))
    assert not Account.objects.exists()


@pytest.mark.parametrize(
    "args",
    [
        ["add", "nothing", "Name"],
        ["add", "fake", "Fake"],
        ["add", "fake", "Other", "--option", "no-value"],
        ["test", "999"],
        ["remove", "999"],
    ],
)
def test_wrong_account_arguments_end_with_2(channel: Channel, args: list[str]) -> None:
    with pytest.raises(CommandError) as error:
        run("esm_accounts", *args)
    assert error.value.returncode == 2


def test_credentials_that_are_not_json_end_with_2(
    fake_network: None, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ESM_CREDENTIALS", "s3cret")
    with pytest.raises(CommandError) as error:
        run("esm_accounts", "add", "fake", "Fake")
    assert error.value.returncode == 2
    assert "s3cret" not in str(error.value)


def test_an_account_with_channels_stays(channel: Channel) -> None:
    with pytest.raises(CommandError, match="still has channels"):
        run("esm_accounts", "remove", str(channel.account_id))


def test_a_channel_is_discovered_added_closed_and_removed_with_its_posts(
    fake_network: None, db: None
) -> None:
    account = Account.objects.create(provider="fake", name="Fake")
    FakeProvider.script("news").posts("1", "2")
    (found,) = run_json("esm_channels", "discover", str(account.pk), "new")

    run("esm_channels", "add", str(account.pk), found["external_id"])
    channel = Channel.objects.get()

    assert (channel.name, channel.audience) == ("News", Audience.NOBODY)
    sync_channel(channel.pk)
    assert run_json("esm_channels", "list")[0]["posts"] == 2
    assert "removed with 2 posts" in run("esm_channels", "remove", str(channel.pk))
    assert not Post.objects.exists()


def test_a_channel_can_be_added_with_name_and_audience(fake_network: None, db: None) -> None:
    account = Account.objects.create(provider="fake", name="Fake")
    run("esm_channels", "add", str(account.pk), "x", "--name", "X", "--audience", "signed_in")

    assert Channel.objects.get().audience == Audience.SIGNED_IN


def test_a_channel_that_is_not_there_or_twice_is_refused(channel: Channel) -> None:
    with pytest.raises(CommandError, match="No channel nowhere"):
        run("esm_channels", "add", str(channel.account_id), "nowhere")
    with pytest.raises(CommandError, match="already reads"):
        run("esm_channels", "add", str(channel.account_id), "news", "--name", "Again")


@pytest.mark.parametrize("args", [["discover", "999"], ["add", "999", "x"], ["remove", "999"]])
def test_wrong_channel_arguments_end_with_2(db: None, args: list[str]) -> None:
    with pytest.raises(CommandError) as error:
        run("esm_channels", *args)
    assert error.value.returncode == 2


@pytest.mark.parametrize("command", ["esm_status", "esm_posts", "esm_sync"])
def test_nothing_yet_is_no_error(fake_network: None, db: None, command: str) -> None:
    assert run(command)
    assert run_json(command) == []
