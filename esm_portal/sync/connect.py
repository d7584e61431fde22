"""From an account to a provider that can be called: the one place that makes them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from esm_portal.http import HTTPClient
from esm_portal.models import Account
from esm_portal.providers.base import AccountData, Provider
from esm_portal.registry import get_provider


@contextmanager
def open_provider(account: Account) -> Iterator[Provider]:
    """The account's provider, with an HTTP client of its own that is closed afterwards.

    Raises ProviderConfigurationError when the site does not offer the provider, and ImproperlyConfigured
    when the stored credentials cannot be read.
    """
    data = account.as_data()
    provider_class = get_provider(account.provider)
    client = http_client(data, provider_class.id)
    try:
        yield provider_class(data, client)
    finally:
        client.close()


def http_client(account: AccountData, provider: str) -> HTTPClient:
    """A client that signs in with what the account has: user name and password, or a bearer token."""
    credentials = account.credentials
    headers = {"Authorization": f"Bearer {credentials['bearer']}"} if credentials.get("bearer") else {}
    auth = (credentials["username"], credentials.get("password", "")) if credentials.get("username") else None
    return HTTPClient(account_key=account.key, provider=provider, headers=headers, auth=auth)
