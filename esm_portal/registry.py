"""The providers a site offers: an explicit list of dotted paths, loaded and checked once."""

from __future__ import annotations

import re
from functools import lru_cache

from django.core.signals import setting_changed
from django.dispatch import receiver
from django.utils.module_loading import import_string

from esm_portal.conf import SETTING, get_settings
from esm_portal.exceptions import ProviderConfigurationError
from esm_portal.providers.base import Provider


@lru_cache(maxsize=1)
def get_providers() -> dict[str, type[Provider]]:
    """Provider id -> class, in the order of the setting. Raises ProviderConfigurationError."""
    found: dict[str, type[Provider]] = {}
    for path in get_settings().PROVIDERS:
        try:
            provider = import_string(path)
        except ImportError as error:
            raise ProviderConfigurationError(
                f'ESM_PORTAL["PROVIDERS"] names "{path}", which cannot be imported: {error}.'
            ) from error
        if not (isinstance(provider, type) and issubclass(provider, Provider)):
            raise ProviderConfigurationError(f'"{path}" is not a subclass of Provider.')
        if not re.fullmatch(r"[a-z][a-z0-9_]*", getattr(provider, "id", "")):
            raise ProviderConfigurationError(f'"{path}" has no valid id (lower-case letters, digits, _).')
        if provider.id in found:
            raise ProviderConfigurationError(f'Two providers share the id "{provider.id}".')
        found[provider.id] = provider
    return found


def get_provider(provider_id: str) -> type[Provider]:
    """The class for ``provider_id``. Raises ProviderConfigurationError when the site does not offer it."""
    try:
        return get_providers()[provider_id]
    except KeyError:
        raise ProviderConfigurationError(
            f'No provider "{provider_id}" in ESM_PORTAL["PROVIDERS"]; this site offers: '
            f"{', '.join(get_providers()) or 'none'}."
        ) from None


def provider_name(provider_id: str) -> str:
    """Name as people read it; the id itself when the provider's package is gone."""
    try:
        return get_provider(provider_id).name
    except ProviderConfigurationError:
        return provider_id


@receiver(setting_changed)
def _forget(*, setting: str, **_kwargs: object) -> None:
    if setting == SETTING:
        get_providers.cache_clear()
