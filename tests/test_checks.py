"""A table of mistakes a site can make, each with the check that names it and what its hint says to write."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as site
from django.core.checks import CheckMessage, run_checks

from esm_portal import checks
from esm_portal.cache import CACHABLE_TABLES

LOCMEM = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
DUMMY = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
IMMEDIATE = {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}
SQLITE = {"ENGINE": "django.db.backends.sqlite3", "NAME": "x"}
REFERENCE = Path(__file__).parent.parent / "docs" / "reference" / "checks.md"


@dataclass(frozen=True)
class Mistake:
    setting: str
    value: Any
    id: str
    #: Words the message must hold.
    says: str
    #: Words the hint must hold: what to write.
    hint: str


MISTAKES = [
    Mistake("ESM_PORTAL", "feeds", "E001", "must be a dictionary", "ESM_PORTAL = {}"),
    Mistake("ESM_PORTAL", {"PROVIDER": []}, "E002", '"PROVIDER"', 'mean "PROVIDERS"'),
    Mistake("ESM_PORTAL", {"sync_interval": 60}, "E002", "sync_interval", 'mean "SYNC_INTERVAL"'),
    Mistake("ESM_PORTAL", {"XYZZY": 1}, "E002", "XYZZY", "Known: CACHE_ALIAS"),
    Mistake("ESM_PORTAL", {"SYNC_INTERVAL": "60"}, "E003", "must be a number", '"SYNC_INTERVAL": 900'),
    Mistake("ESM_PORTAL", {"SYNC_INTERVAL": 0}, "E003", "greater than 0", '"SYNC_INTERVAL": 900'),
    Mistake("ESM_PORTAL", {"TRUSTED_HOSTS": "wiki"}, "E003", "list of strings", '"TRUSTED_HOSTS": []'),
    Mistake("ESM_PORTAL", {"CACHE_ALIAS": ""}, "E003", "non-empty", "\"CACHE_ALIAS\": 'default'"),
    Mistake("ESM_PORTAL", {"PROVIDERS": ["no.such.Provider"]}, "E004", "no.such.Provider", "PROVIDERS"),
    Mistake("ESM_PORTAL", {"PROVIDERS": ["datetime.date"]}, "E004", "not a subclass", "PROVIDERS"),
    Mistake("ESM_PORTAL", {"PROVIDERS": []}, "E004", "no provider", "FeedsProvider"),
    Mistake("ESM_PORTAL", {"ENCRYPTION_KEYS": ["too-short"]}, "E005", "key number 1", "generate_key"),
    Mistake("TASKS", {}, "E006", '"social"', "django_tasks_db.DatabaseBackend"),
    Mistake("TASKS", {"default": IMMEDIATE}, "E006", '"social"', '"social"'),
    Mistake("ESM_PORTAL", {"TASK_BACKEND": "other"}, "E006", '"other"', '"other"'),
    Mistake("TASKS", {"social": IMMEDIATE}, "W007", "no worker", "django_tasks_db.DatabaseBackend"),
    Mistake(
        "TASKS",
        {"social": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}},
        "W007",
        "no worker",
        "TASKS",
    ),
    Mistake("ESM_PORTAL", {"CACHE_ALIAS": "fast"}, "E008", '"fast"', 'Add "fast" to CACHES'),
    Mistake("CACHALOT_CACHE", "fast", "E008", "CACHALOT_CACHE", 'Add "fast" to CACHES'),
    Mistake("CACHES", {"default": LOCMEM}, "E009", "each process", "FileBasedCache"),
    Mistake("CACHES", {"default": DUMMY}, "E009", "each process", "FileBasedCache"),
    Mistake("USE_TZ", False, "E011", "aware times", "USE_TZ = True"),
    Mistake(
        "WAGTAIL_ENABLE_UPDATE_CHECK", True, "W012", "another host", "WAGTAIL_ENABLE_UPDATE_CHECK = False"
    ),
    Mistake(
        "WAGTAIL_ENABLE_UPDATE_CHECK", "lts", "W012", "another host", "WAGTAIL_ENABLE_UPDATE_CHECK = False"
    ),
    Mistake("WAGTAIL_GRAVATAR_PROVIDER_URL", "//x", "W013", "e-mail address", "PROVIDER_URL = None"),
    Mistake("DATABASES", {"default": SQLITE}, "W014", "lock each other out", "journal_mode=WAL"),
    Mistake("CACHALOT_TIMEOUT", None, "E016", "CACHALOT_TIMEOUT", "CACHALOT_TIMEOUT = 300"),
    Mistake("CACHALOT_TIMEOUT", 3600, "E016", "CACHALOT_TIMEOUT", "CACHALOT_TIMEOUT = 300"),
    Mistake("CACHALOT_FINAL_SQL_CHECK", False, "E017", "NOT EXISTS", "CACHALOT_FINAL_SQL_CHECK = True"),
    Mistake("CACHALOT_ONLY_CACHABLE_TABLES", (), "E018", "every table", "esm_portal_channel"),
    Mistake(
        "CACHALOT_ONLY_CACHABLE_TABLES",
        [*CACHABLE_TABLES, "esm_portal_post"],
        "E018",
        "change too often: esm_portal_post.",
        "esm_portal_channel",
    ),
    Mistake(
        "CACHALOT_ONLY_CACHABLE_TABLES",
        [*CACHABLE_TABLES, "auth_user_groups"],
        "E018",
        "auth_user_groups",
        "esm_portal_channel",
    ),
]
MISSING_APPS = [
    ("wagtail_modeladmin", '"esm_portal" needs'),
    ("wagtail.contrib.routable_page", '"esm_portal.pages" needs'),
    ("django_tasks_db", 'TASKS["social"] keeps tasks in the database'),
]


def found(*, deploy: bool = False) -> list[CheckMessage]:
    return run_checks(tags=[checks.TAG], include_deployment_checks=deploy)


def test_the_example_site_makes_no_mistake() -> None:
    assert found() == []


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: f"{mistake.id}-{mistake.setting}")
def test_each_mistake_is_named_with_what_to_write(mistake: Mistake, settings: Any) -> None:
    if mistake.setting == "DATABASES":
        # Django warns about a changed DATABASES; the check only looks.
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(site, "DATABASES", mistake.value)
            messages = found()
    else:
        setattr(settings, mistake.setting, mistake.value)
        messages = found()
    named = [message for message in messages if message.id == f"esm_portal.{mistake.id}"]
    assert named, messages
    assert mistake.says in str(named[0].msg)
    assert mistake.hint in str(named[0].hint)


@pytest.mark.parametrize(("app", "says"), MISSING_APPS)
def test_each_missing_app_is_named(app: str, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    is_installed = apps.is_installed
    monkeypatch.setattr(apps, "is_installed", lambda name: name != app and is_installed(name))
    (message,) = found()
    assert (message.id, message.hint is not None and app in message.hint) == ("esm_portal.E010", True)
    assert says in message.msg


def test_cachalot_is_looked_at_only_where_it_works(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.CACHALOT_TIMEOUT = None
    settings.CACHALOT_ENABLED = False
    assert found() == []
    settings.CACHALOT_ENABLED = True
    is_installed = apps.is_installed
    monkeypatch.setattr(apps, "is_installed", lambda name: name != "cachalot" and is_installed(name))
    assert found() == []


def test_before_going_live_the_key_is_asked_for(settings: Any) -> None:
    (message,) = found(deploy=True)
    assert message.id == "esm_portal.W015"
    assert "ENCRYPTION_KEYS" in str(message.hint)
    from cryptography.fernet import Fernet

    settings.ESM_PORTAL = {"ENCRYPTION_KEYS": [Fernet.generate_key().decode()]}
    assert found(deploy=True) == []


def test_a_wrong_key_is_not_printed(settings: Any) -> None:
    settings.ESM_PORTAL = {"ENCRYPTION_KEYS": ["almost-a-secret"]}
    assert "almost-a-secret" not in str(found())


@pytest.mark.django_db
def test_wagtail_itself_asks_for_its_address(settings: Any) -> None:
    """WAGTAILADMIN_BASE_URL is named by Wagtail's own check, so this package has none."""
    del settings.WAGTAILADMIN_BASE_URL
    assert "wagtailadmin.W003" in {message.id for message in run_checks()}


def test_every_check_is_explained() -> None:
    source = Path(checks.__file__).read_text()
    ids = set(re.findall(r"esm_portal\.[EW]\d{3}", source))
    assert ids == set(re.findall(r"esm_portal\.[EW]\d{3}", REFERENCE.read_text()))
