"""The only reader of ``django.conf.settings``: ``ESM_PORTAL`` as a checked, typed, cached object."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import timedelta
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed
from django.dispatch import receiver

SETTING = "ESM_PORTAL"


@dataclass(frozen=True, kw_only=True)
class PortalSettings:
    """Every key of the ``ESM_PORTAL`` setting, with its default. All times are in seconds."""

    #: Dotted paths of the provider classes a site offers.
    PROVIDERS: tuple[str, ...] = ("esm_portal.providers.feeds.FeedsProvider",)
    #: Hosts ("wiki.corp" or "127.0.0.1:8080") that may be reached although their address is not public.
    TRUSTED_HOSTS: tuple[str, ...] = ()
    #: Fernet keys for secrets at rest, newest first. Empty: one derived from SECRET_KEY.
    ENCRYPTION_KEYS: tuple[str, ...] = ()
    #: Cache alias for rendered fragments; shared by every web process and worker.
    CACHE_ALIAS: str = "default"
    #: Longest age of a rendered fragment; bounds how stale "5 minutes ago" may read.
    FRAGMENT_SECONDS: int = 60
    #: Alias in TASKS for background work.
    TASK_BACKEND: str = "social"
    #: How often a channel is read when it does not say otherwise.
    SYNC_INTERVAL: int = 900
    #: Longest pause between two attempts, whatever a service asks for.
    SYNC_INTERVAL_CAP: int = 86400
    #: Share of the interval by which attempts are spread (0.1 is up to 10 % later).
    SYNC_JITTER: float = 0.1
    #: How far back edits and deletions are looked for again.
    SYNC_LOOKBACK: int = 7 * 86400
    #: Failures in a row after which the circuit opens and only rare probes are sent.
    CIRCUIT_FAILURES: int = 5
    #: How long a worker may go without a sign of life before another may take its channel.
    LEASE_SECONDS: int = 300
    #: How long after the last success a block says that the source is not answering.
    STALE_AFTER: int = 7200
    #: Limits of one HTTP call.
    HTTP_CONNECT_TIMEOUT: float = 5.0
    HTTP_READ_TIMEOUT: float = 15.0
    HTTP_TOTAL_TIMEOUT: float = 60.0
    #: Longest body read from a service, in bytes after decompression.
    HTTP_MAX_BYTES: int = 10_000_000
    #: Requests one account may send per minute.
    HTTP_REQUESTS_PER_MINUTE: int = 600

    @property
    def lookback(self) -> timedelta:
        return timedelta(seconds=self.SYNC_LOOKBACK)


def known_keys() -> frozenset[str]:
    """Names of all keys that ``ESM_PORTAL`` may have."""
    return frozenset(field.name for field in fields(PortalSettings))


def raw_settings() -> dict[str, Any]:
    """``ESM_PORTAL`` as the site wrote it; raises ImproperlyConfigured when it is not a dictionary."""
    raw = getattr(settings, SETTING, {})
    if not isinstance(raw, dict):
        raise ImproperlyConfigured(f"{SETTING} must be a dictionary.")
    return raw


def setting_problems(raw: dict[str, Any]) -> dict[str, str]:
    """What is wrong with each key of ``raw``: key -> one sentence. Empty when all is well."""
    problems = {
        field.name: problem
        for field in fields(PortalSettings)
        if field.name in raw and (problem := _problem(field.name, field.default, raw[field.name]))
    }
    for key in sorted(set(raw) - known_keys()):
        problems[key] = "is not a setting of esm_portal."
    return problems


def _problem(name: str, default: Any, value: Any) -> str:
    """What is wrong with one value, or ""."""
    match default:
        case tuple():
            is_list = isinstance(value, list | tuple) and all(isinstance(item, str) for item in value)
            if is_list and name == "TRUSTED_HOSTS" and any("/" in item for item in value):
                return 'must hold hosts such as "wiki.corp" or "127.0.0.1:8080", without http:// or a path.'
            return "" if is_list else "must be a list of strings."
        case str():
            return "" if isinstance(value, str) and value else "must be a non-empty string."
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "must be a number."
    if isinstance(default, int) and not isinstance(value, int):
        return "must be a whole number."
    if value < 0 or (value == 0 and name != "SYNC_JITTER"):
        return "must be greater than 0."
    return ""


@lru_cache(maxsize=1)
def get_settings() -> PortalSettings:
    """The settings in force. Raises ImproperlyConfigured for a wrong value."""
    raw = raw_settings()
    problems = setting_problems(raw)
    if problems:
        listing = " ".join(f'{SETTING}["{key}"] {problem}' for key, problem in problems.items())
        raise ImproperlyConfigured(listing)
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in raw.items()
    }
    return PortalSettings(**values)


def site_setting(name: str, default: Any = None) -> Any:
    """A setting of Django or Wagtail itself; here because only this module reads settings."""
    return getattr(settings, name, default)


@receiver(setting_changed)
def _forget(*, setting: str, **_kwargs: Any) -> None:
    if setting == SETTING:
        get_settings.cache_clear()
