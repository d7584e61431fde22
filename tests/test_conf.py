from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from esm_portal.conf import get_settings


def test_everything_has_a_default(settings: Settings) -> None:
    del settings.ESM_PORTAL
    assert get_settings().SYNC_INTERVAL == 900


def test_a_change_of_settings_is_noticed(settings: Settings) -> None:
    settings.ESM_PORTAL = {"SYNC_INTERVAL": 60, "TRUSTED_HOSTS": ["wiki.corp"]}
    assert get_settings().SYNC_INTERVAL == 60
    assert get_settings().TRUSTED_HOSTS == ("wiki.corp",)
    settings.ESM_PORTAL = {}
    assert get_settings().SYNC_INTERVAL == 900


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ([], "must be a dictionary"),
        ({"SYNC_INTERVALL": 5}, "SYNC_INTERVALL"),
        ({"SYNC_INTERVAL": "5"}, "must be a number"),
        ({"SYNC_INTERVAL": True}, "must be a number"),
        ({"SYNC_INTERVAL": 0}, "greater than 0"),
        ({"SYNC_INTERVAL": 1.5}, "whole number"),
        ({"SYNC_JITTER": -1}, "greater than 0"),
        ({"TRUSTED_HOSTS": "wiki.corp"}, "list of strings"),
        ({"TRUSTED_HOSTS": ["http://127.0.0.1:8080/"]}, "without http://"),
        ({"CACHE_ALIAS": ""}, "non-empty string"),
    ],
)
def test_a_wrong_setting_is_named(settings: Settings, value: Any, words: str) -> None:
    settings.ESM_PORTAL = value
    with pytest.raises(ImproperlyConfigured, match=words):
        get_settings()


def test_no_jitter_is_allowed(settings: Settings) -> None:
    settings.ESM_PORTAL = {"SYNC_JITTER": 0}
    assert get_settings().SYNC_JITTER == 0
