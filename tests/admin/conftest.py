from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from tests.admin.fakes import FAKE_PATH, FakeFeeds, make_user


@pytest.fixture(autouse=True)
def feeds(settings: Any) -> Iterator[type[FakeFeeds]]:
    """A site whose only provider is the fake one; scripts are forgotten afterwards."""
    settings.ESM_PORTAL = {"PROVIDERS": [FAKE_PATH]}
    yield FakeFeeds
    FakeFeeds.reset()


@pytest.fixture
def as_user(db: None) -> Callable[..., Client]:
    """Call with permissions to get a browser of a person who has exactly those."""

    def sign_in(*codenames: str, admin: bool = True) -> Client:
        client = Client()
        client.force_login(make_user(*codenames, admin=admin))
        return client

    return sign_in
