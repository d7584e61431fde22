"""Secrets at rest: Fernet tokens, with key rotation through ``ESM_PORTAL["ENCRYPTION_KEYS"]``."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.core.exceptions import ImproperlyConfigured

from esm_portal.conf import get_settings, site_setting


def _fernet() -> MultiFernet:
    keys = [key.encode() for key in get_settings().ENCRYPTION_KEYS]
    if not keys:
        digest = hashlib.sha256(b"esm_portal.crypto:" + site_setting("SECRET_KEY").encode()).digest()
        keys = [base64.urlsafe_b64encode(digest)]
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError as error:
        raise ImproperlyConfigured(
            'ESM_PORTAL["ENCRYPTION_KEYS"] must hold keys made by cryptography.fernet.Fernet.generate_key().'
        ) from error


def encrypt(value: dict[str, Any]) -> str:
    """``value`` as an encrypted, URL-safe string; "" for an empty dictionary."""
    return _fernet().encrypt(json.dumps(value).encode()).decode() if value else ""


def decrypt(token: str) -> dict[str, Any]:
    """What :func:`encrypt` was given. Raises ImproperlyConfigured when no key of this site opens it."""
    if not token:
        return {}
    try:
        value = json.loads(_fernet().decrypt(token.encode()))
    except InvalidToken as error:
        raise ImproperlyConfigured(
            "Stored credentials cannot be read: none of the site's encryption keys opens them. "
            'Put the former key back at the end of ESM_PORTAL["ENCRYPTION_KEYS"], '
            "or enter the credentials again."
        ) from error
    return dict(value)
