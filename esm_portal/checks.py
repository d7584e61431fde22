"""System checks: each missing or wrong setting, and what to write instead.

The ids are documented in docs/reference/checks.md; a number is never used again for something else.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from typing import Any

from cryptography.fernet import Fernet
from django.apps import AppConfig, apps
from django.core.cache.backends.dummy import DummyCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from esm_portal.cache import CACHABLE_TABLES
from esm_portal.conf import (
    SETTING,
    PortalSettings,
    get_settings,
    known_keys,
    raw_settings,
    setting_problems,
    site_setting,
)
from esm_portal.registry import get_providers

TAG = "esm_portal"
#: Longest life of a cached query (seconds): a slow reader can leave a stale one behind (docs, checks).
LONGEST_QUERY_CACHE = 300

Apps = Sequence[AppConfig] | None


@register(TAG)
def check_portal_settings(app_configs: Apps, **_kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001
    """The ``ESM_PORTAL`` setting itself, its providers and its keys."""
    try:
        raw = raw_settings()
    except ImproperlyConfigured as error:
        return [Error(str(error), hint=f"Write {SETTING} = {{}} to begin with.", id="esm_portal.E001")]
    messages: list[CheckMessage] = [_wrong_key(key, text) for key, text in setting_problems(raw).items()]
    if not messages:
        messages += [*_wrong_providers(), *_wrong_encryption_keys(get_settings())]
    return messages


@register(TAG)
def check_background_work(app_configs: Apps, **_kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001
    """The task backend that reads channels."""
    settings = _portal()
    return list(_wrong_tasks(settings)) if settings else []


@register(TAG)
def check_caches(app_configs: Apps, **_kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001
    """The cache of rendered fragments and that of query results."""
    settings = _portal()
    messages = list(_wrong_cache(settings.CACHE_ALIAS, f'{SETTING}["CACHE_ALIAS"]')) if settings else []
    if apps.is_installed("cachalot") and site_setting("CACHALOT_ENABLED", True):
        messages += [*_wrong_cache(site_setting("CACHALOT_CACHE", "default"), "CACHALOT_CACHE")]
        messages += [*_wrong_cachalot()]
    return messages


@register(TAG)
def check_apps(app_configs: Apps, **_kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001
    """Apps that other apps of this package need."""
    needed = [("esm_portal", "wagtail_modeladmin"), ("esm_portal.pages", "wagtail.contrib.routable_page")]
    return [
        Error(
            f'"{user}" needs "{app}", which is not in INSTALLED_APPS.',
            hint=f'Add "{app}" to INSTALLED_APPS.',
            id="esm_portal.E010",
        )
        for user, app in needed
        if apps.is_installed(user) and not apps.is_installed(app)
    ]


@register(TAG)
def check_surroundings(app_configs: Apps, **_kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001
    """Settings of Django and Wagtail that an intranet portal depends on."""
    messages: list[CheckMessage] = []
    if not site_setting("USE_TZ", True):
        messages.append(
            Error("The portal stores aware times.", hint="Write USE_TZ = True.", id="esm_portal.E011")
        )
    if site_setting("WAGTAIL_ENABLE_UPDATE_CHECK", True):
        messages.append(
            Warning(
                "The Wagtail admin asks another host for new versions, from every administrator's browser.",
                hint="Write WAGTAIL_ENABLE_UPDATE_CHECK = False.",
                id="esm_portal.W012",
            )
        )
    if site_setting("WAGTAIL_GRAVATAR_PROVIDER_URL", "//www.gravatar.com/avatar"):
        messages.append(
            Warning(
                "The Wagtail admin sends a hash of each editor's e-mail address to gravatar.com.",
                hint="Write WAGTAIL_GRAVATAR_PROVIDER_URL = None.",
                id="esm_portal.W013",
            )
        )
    return messages


@register(TAG)
def check_sqlite(app_configs: Apps, **_kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001
    """SQLite with a web server and a worker: only with write-ahead logging and immediate transactions."""
    messages: list[CheckMessage] = []
    for alias, database in site_setting("DATABASES", {}).items():
        if not str(database.get("ENGINE", "")).endswith("sqlite3"):
            continue
        options = database.get("OPTIONS") or {}
        immediate = str(options.get("transaction_mode", "")).upper() == "IMMEDIATE"
        wal = "journal_mode=wal" in str(options.get("init_command", "")).lower().replace(" ", "")
        if not (immediate and wal):
            messages.append(
                Warning(
                    f'SQLite database "{alias}": the web server and the worker will lock each other out.',
                    hint=f'Write in DATABASES["{alias}"]: "OPTIONS": {{"transaction_mode": "IMMEDIATE", '
                    '"timeout": 20, "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"}.',
                    id="esm_portal.W014",
                )
            )
    return messages


@register(Tags.security, TAG, deploy=True)
def check_own_encryption_key(app_configs: Apps, **_kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001
    """Whether secrets survive a change of SECRET_KEY (``check --deploy``)."""
    settings = _portal()
    if settings is None or settings.ENCRYPTION_KEYS:
        return []
    return [
        Warning(
            "Stored sign-ins are encrypted with a key made from SECRET_KEY: "
            "whoever changes that makes them unreadable.",
            hint=_KEY_HINT,
            id="esm_portal.W015",
        )
    ]


_KEY_HINT = (
    f'Write {SETTING}["ENCRYPTION_KEYS"] = ["..."] with a key from python -c '
    '"from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())", '
    "kept where your other secrets are."
)


def _portal() -> PortalSettings | None:
    """The settings in force; None when they are wrong, which check_portal_settings reports."""
    try:
        return get_settings()
    except ImproperlyConfigured:
        return None


def _wrong_key(key: str, text: str) -> CheckMessage:
    message = f'{SETTING}["{key}"] {text}'
    if key in known_keys():
        default = getattr(PortalSettings(), key)
        written = list(default) if isinstance(default, tuple) else default
        hint = f'Write for example "{key}": {written!r}, or leave it out.'
        return Error(message, hint=hint, id="esm_portal.E003")
    close = difflib.get_close_matches(str(key).upper(), sorted(known_keys()), n=1)
    hint = f'Did you mean "{close[0]}"?' if close else f"Remove it. Known: {', '.join(sorted(known_keys()))}."
    return Error(message, hint=hint, id="esm_portal.E002")


def _wrong_providers() -> Iterator[CheckMessage]:
    try:
        found = get_providers()
    except ImproperlyConfigured as error:
        hint = f'Write the full path of each class in {SETTING}["PROVIDERS"] and install its package.'
        yield Error(str(error), hint=hint, id="esm_portal.E004")
        return
    if not found:
        hint = f'Write {SETTING}["PROVIDERS"] = {list(PortalSettings.PROVIDERS)!r}, or leave it out.'
        yield Error("The portal has no provider: nothing can be read.", hint=hint, id="esm_portal.E004")


def _wrong_encryption_keys(settings: PortalSettings) -> Iterator[CheckMessage]:
    for number, key in enumerate(settings.ENCRYPTION_KEYS, start=1):
        try:
            Fernet(key.encode())
        except ValueError:
            # The key itself is a secret, also a wrong one.
            message = f'{SETTING}["ENCRYPTION_KEYS"]: key number {number} is not a Fernet key.'
            yield Error(message, hint=_KEY_HINT, id="esm_portal.E005")


def _wrong_tasks(settings: PortalSettings) -> Iterator[CheckMessage]:
    alias = settings.TASK_BACKEND
    backend = str((site_setting("TASKS", None) or {}).get(alias, {}).get("BACKEND", ""))
    write = f'Write TASKS = {{..., "{alias}": {{"BACKEND": "django_tasks_db.DatabaseBackend"}}}}.'
    if not backend:
        yield Error(
            f'TASKS has no backend "{alias}" to read channels with.', hint=write, id="esm_portal.E006"
        )
    elif backend.rpartition(".")[2] in {"ImmediateBackend", "DummyBackend"}:
        message = f'TASKS["{alias}"] has no worker: editors would wait for slow services, or nothing is read.'
        yield Warning(message, hint=write, id="esm_portal.W007")
    elif backend.startswith("django_tasks_db.") and not apps.is_installed("django_tasks_db"):
        yield Error(
            f'TASKS["{alias}"] keeps tasks in the database, and "django_tasks_db" is not in INSTALLED_APPS.',
            hint='Add "django_tasks_db" to INSTALLED_APPS and run "python manage.py migrate".',
            id="esm_portal.E010",
        )


def _wrong_cache(alias: str, setting: str) -> Iterator[CheckMessage]:
    configured = (site_setting("CACHES", None) or {}).get(alias)
    if configured is None:
        message = f'{setting} names the cache "{alias}", which is not in CACHES.'
        yield Error(message, hint=f'Add "{alias}" to CACHES, or name another.', id="esm_portal.E008")
        return
    try:
        backend = import_string(configured.get("BACKEND", ""))
    except ImportError:
        return  # Django says so itself when the cache is first used.
    if isinstance(backend, type) and issubclass(backend, LocMemCache | DummyCache):
        yield Error(
            f'{setting} is "{alias}", a cache that each process has for itself: '
            "a right that was withdrawn in one process would live on in the others.",
            hint='Use one that web server and worker share, for example {"BACKEND": '
            '"django.core.cache.backends.filebased.FileBasedCache", "LOCATION": "/var/cache/portal", '
            '"OPTIONS": {"MAX_ENTRIES": 500}}, or django-redis.',
            id="esm_portal.E009",
        )


def _wrong_cachalot() -> Iterator[CheckMessage]:
    timeout = site_setting("CACHALOT_TIMEOUT", None)
    if timeout is None or not 0 < timeout <= LONGEST_QUERY_CACHE:
        message = "A slow reader may leave an old query result in the cache, for as long as CACHALOT_TIMEOUT."
        hint = f"Write CACHALOT_TIMEOUT = {LONGEST_QUERY_CACHE} (seconds) or less."
        yield Error(message, hint=hint, id="esm_portal.E016")
    if site_setting("CACHALOT_FINAL_SQL_CHECK", False) is not True:
        message = "django-cachalot overlooks tables in NOT EXISTS subqueries and would show withdrawn data."
        yield Error(message, hint="Write CACHALOT_FINAL_SQL_CHECK = True.", id="esm_portal.E017")
    tables = site_setting("CACHALOT_ONLY_CACHABLE_TABLES", None) or ()
    ours = {model._meta.db_table for model in apps.get_models() if model._meta.app_label == "esm_portal"}
    ours |= {field.m2m_db_table() for model in apps.get_models() for field in model._meta.many_to_many}
    wrong = sorted(set(tables) & (ours - set(CACHABLE_TABLES)))
    hint = f"Write CACHALOT_ONLY_CACHABLE_TABLES = frozenset({sorted(CACHABLE_TABLES)!r})."
    if not tables:
        message = "django-cachalot would cache every table: posts, sessions and rights among them."
        yield Error(message, hint=hint, id="esm_portal.E018")
    elif wrong:
        message = f"CACHALOT_ONLY_CACHABLE_TABLES holds tables that change too often: {', '.join(wrong)}."
        yield Error(message, hint=hint, id="esm_portal.E018")
