"""Fixtures: a channel of the fake network. A test module that imports them gets no network but that one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytest_django import Settings

from esm_portal.models import Account, Channel
from esm_portal.testing import FakeProvider

FAKE = "esm_portal.testing.FakeProvider"


@pytest.fixture
def fake_network(settings: Settings) -> Iterator[None]:
    settings.ESM_PORTAL = {"PROVIDERS": [FAKE], "SYNC_JITTER": 0, "SYNC_INTERVAL": 600}
    yield
    FakeProvider.reset()


@pytest.fixture
def make_channel(db: None, fake_network: None) -> Callable[..., Channel]:
    def make(external_id: str = "news", **fields: Any) -> Channel:
        account, _ = Account.objects.get_or_create(provider="fake", name="Fake")
        return Channel.objects.create(account=account, external_id=external_id, name=external_id, **fields)

    return make


@pytest.fixture
def channel(make_channel: Callable[..., Channel]) -> Channel:
    return make_channel()
