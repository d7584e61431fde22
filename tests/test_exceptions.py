from __future__ import annotations

import inspect

import pytest
from django.core.exceptions import ImproperlyConfigured

from esm_portal import exceptions
from esm_portal.exceptions import (
    ChannelUnavailable,
    EsmPortalError,
    ProviderConfigurationError,
    ProviderError,
    RateLimited,
)

TREE = {
    "EsmPortalError": "Exception",
    "ProviderError": "EsmPortalError",
    "RetryableError": "ProviderError",
    "RateLimited": "RetryableError",
    "ServiceUnavailable": "RetryableError",
    "CredentialError": "ProviderError",
    "AuthenticationFailed": "CredentialError",
    "PermissionDenied": "CredentialError",
    "UnsafeAddress": "CredentialError",
    "ChannelUnavailable": "ProviderError",
    "PayloadError": "ProviderError",
    "InvalidPost": "PayloadError",
    "LeaseLost": "EsmPortalError",
    "ProviderConfigurationError": "ImproperlyConfigured",
}


def test_the_tree_is_the_one_the_documentation_shows() -> None:
    own = {
        name: cls.__bases__[0].__name__
        for name, cls in inspect.getmembers(exceptions, inspect.isclass)
        if cls.__module__ == exceptions.__name__
    }
    assert own == TREE
    assert set(exceptions.__all__) == set(TREE)


def test_no_sync_can_swallow_a_configuration_error() -> None:
    assert not issubclass(ProviderConfigurationError, EsmPortalError)
    assert issubclass(ProviderConfigurationError, ImproperlyConfigured)


def test_str_is_enough_to_act_on() -> None:
    error = RateLimited("Too fast.", provider="feeds", channel="News", status_code=429, request_id="r1")
    assert str(error) == "Too fast. (feeds, News, HTTP 429, request r1)"
    assert str(ProviderError("Down.")) == "Down."


@pytest.mark.parametrize(("status", "gone"), [(404, False), (410, True), (None, False)])
def test_only_410_is_for_good(status: int | None, gone: bool) -> None:
    assert ChannelUnavailable("Not there.", status_code=status).gone is gone
