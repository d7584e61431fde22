from __future__ import annotations

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from esm_portal.crypto import decrypt, encrypt

SECRET = {"password": "s3cret"}


def test_a_secret_cannot_be_read_where_it_is_stored() -> None:
    token = encrypt(SECRET)
    assert "s3cret" not in token
    assert decrypt(token) == SECRET


def test_nothing_stays_nothing() -> None:
    assert encrypt({}) == ""
    assert decrypt("") == {}


def test_keys_can_be_changed_and_the_old_one_still_opens(settings: Settings) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.ESM_PORTAL = {"ENCRYPTION_KEYS": [old]}
    token = encrypt(SECRET)
    settings.ESM_PORTAL = {"ENCRYPTION_KEYS": [new, old]}
    assert decrypt(token) == SECRET
    settings.ESM_PORTAL = {"ENCRYPTION_KEYS": [new]}
    with pytest.raises(ImproperlyConfigured, match="Put the former key back"):
        decrypt(token)


def test_a_malformed_key_is_a_configuration_error(settings: Settings) -> None:
    settings.ESM_PORTAL = {"ENCRYPTION_KEYS": ["short"]}
    with pytest.raises(ImproperlyConfigured, match="generate_key"):
        encrypt(SECRET)
