"""Migrations and models say the same, on every supported Wagtail and Django."""

from __future__ import annotations

from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    packages = ("esm_portal", "example_site")
    ours = [config.label for config in apps.get_app_configs() if config.name.split(".")[0] in packages]
    assert "esm_portal" in ours

    call_command("makemigrations", *ours, check_changes=True, dry_run=True, stdout=StringIO())
