from __future__ import annotations

import pytest
from django.core.management import call_command

from esm_portal.blocks.stream import HubBlocks, PortalStreamField
from esm_portal.pages.models import HubPage


def test_migrations_do_not_name_the_blocks() -> None:
    field = HubPage._meta.get_field("body")
    name, path, args, kwargs = field.deconstruct()
    assert (name, path, args) == ("body", "esm_portal.blocks.stream.PortalStreamField", [])
    assert "block_lookup" not in kwargs
    assert PortalStreamField(*args, **kwargs).stream_block.child_blocks == {}


def test_the_field_offers_the_blocks() -> None:
    assert list(HubPage._meta.get_field("body").stream_block.child_blocks) == list(HubBlocks().child_blocks)


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", "esm_portal_pages", "--check", "--dry-run", "--skip-checks", verbosity=0)
