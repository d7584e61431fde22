from __future__ import annotations

import pytest
from pytest_django import Settings

from esm_portal.exceptions import ProviderConfigurationError
from esm_portal.registry import get_provider, get_providers, provider_name
from esm_portal.testing import FakeProvider

FAKE = "esm_portal.testing.FakeProvider"


class Nameless(FakeProvider):
    id = "Not An Id"


class NotAProvider:
    id = "fake"


def test_a_site_offers_what_its_setting_names(settings: Settings) -> None:
    settings.ESM_PORTAL = {"PROVIDERS": [FAKE]}
    assert get_providers() == {"fake": FakeProvider}
    assert get_provider("fake") is FakeProvider
    assert provider_name("fake") == "Fake network"


@pytest.mark.parametrize(
    ("paths", "words"),
    [
        (["nowhere.Provider"], "cannot be imported"),
        ([f"{__name__}.NotAProvider"], "not a subclass"),
        ([f"{__name__}.Nameless"], "no valid id"),
        ([FAKE, FAKE], "share the id"),
    ],
)
def test_a_wrong_provider_is_named(settings: Settings, paths: list[str], words: str) -> None:
    settings.ESM_PORTAL = {"PROVIDERS": paths}
    with pytest.raises(ProviderConfigurationError, match=words):
        get_providers()


def test_a_provider_whose_package_is_gone_keeps_its_posts_readable(settings: Settings) -> None:
    settings.ESM_PORTAL = {"PROVIDERS": [FAKE]}
    assert provider_name("gone") == "gone"
    with pytest.raises(ProviderConfigurationError, match="this site offers: fake"):
        get_provider("gone")
