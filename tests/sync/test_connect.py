from __future__ import annotations

import logging

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from esm_portal.models import Account, Channel, SyncRun
from esm_portal.sync.engine import sync_channel
from tests.http_server import answer, serve

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("credentials", "header"),
    [
        ({"username": "portal", "password": "s3cret"}, "Basic cG9ydGFsOnMzY3JldA=="),
        ({"bearer": "s3cret"}, "Bearer s3cret"),
    ],
)
def test_an_account_signs_in_and_its_secret_is_told_to_nobody_else(
    settings: Settings, caplog: pytest.LogCaptureFixture, credentials: dict[str, str], header: str
) -> None:
    with serve() as server:
        settings.ESM_PORTAL = {"TRUSTED_HOSTS": [f"127.0.0.1:{server.port}"]}
        account = Account(provider="feeds", name="HR wiki")
        account.credentials = credentials
        account.save()
        url = server.on("/feed", answer(b"", status=401))
        channel = Channel.objects.create(account=account, external_id=url, name="HR")
        with caplog.at_level(logging.DEBUG):
            run = sync_channel(channel.pk)

        assert server.requests[0].headers["authorization"] == header
    assert run.error_kind == "credential"
    told = f"{run.message}{run.detail}{account!r}{account.as_data()!r}{caplog.text}"
    assert "s3cret" not in told
    assert "cG9ydGFsOnMzY3JldA" not in told


def test_credentials_no_key_opens_any_more_name_the_remedy(settings: Settings) -> None:
    account = Account(provider="feeds", name="HR wiki")
    account.credentials = {"bearer": "s3cret"}
    account.save()
    channel = Channel.objects.create(account=account, external_id="https://wiki.example/feed", name="HR")
    settings.SECRET_KEY = "another"

    with pytest.raises(ImproperlyConfigured):
        sync_channel(channel.pk)

    run = SyncRun.objects.get()
    assert "enter the credentials again" in run.message
    assert "s3cret" not in run.detail
