from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from esm_portal.models import Account
from tests.admin.fakes import errors

SECRETS = {"username": "portal-reader", "password": "pa55-w0rd"}
pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> Account:
    account = Account(provider="feeds", name="Blogs")
    account.credentials = SECRETS
    account.save()
    return account


def edit(account: Account) -> str:
    return reverse("social_accounts_modeladmin_edit", args=[account.pk])


def test_an_account_is_added_with_a_sign_in(as_user: Callable[..., Client]) -> None:
    address = reverse("social_accounts_modeladmin_create")
    form = {"provider": "feeds", "name": "Wiki", "is_active": "on"}
    secrets = {f"secret_{name}": value for name, value in SECRETS.items()}
    response = as_user("add_account").post(address, form | secrets)
    assert response.status_code == 302, errors(response)
    saved = Account.objects.get()
    assert (saved.provider, saved.name, saved.credentials) == ("feeds", "Wiki", SECRETS)
    assert SECRETS["password"] not in saved.encrypted_credentials


def test_a_provider_the_site_does_not_offer_is_refused(as_user: Callable[..., Client]) -> None:
    address = reverse("social_accounts_modeladmin_create")
    response = as_user("add_account").post(address, {"provider": "pigeon", "name": "Wiki"})
    assert "pigeon" in errors(response)
    assert not Account.objects.exists()


def test_no_page_tells_a_secret(as_user: Callable[..., Client], account: Account) -> None:
    client = as_user("view_account", "change_account", "delete_account", "view_channel")
    names = ("edit", "history", "delete")
    pages = [reverse(f"social_accounts_modeladmin_{name}", args=[account.pk]) for name in names]
    refused = client.post(edit(account), {"name": "", **{f"secret_{k}": v for k, v in SECRETS.items()}})
    assert errors(refused)
    for text in [refused.text, *(client.get(page).text for page in pages)]:
        assert not any(secret in text for secret in (*SECRETS.values(), account.encrypted_credentials))


def test_empty_fields_keep_what_is_stored(as_user: Callable[..., Client], account: Account) -> None:
    client = as_user("change_account")
    client.post(edit(account), {"name": "New name", "is_active": "on"})
    account.refresh_from_db()
    assert (account.name, account.credentials) == ("New name", SECRETS)
    client.post(edit(account), {"name": "New name", "is_active": "on", "secret_password": "changed"})
    account.refresh_from_db()
    assert account.credentials == {**SECRETS, "password": "changed"}


def test_stored_secrets_can_be_removed(as_user: Callable[..., Client], account: Account) -> None:
    client = as_user("change_account")
    client.post(edit(account), {"name": "Blogs", "is_active": "on", "forget_secrets": "on"})
    account.refresh_from_db()
    assert account.credentials == {}
    assert "forget_secrets" not in client.get(edit(account)).text


def test_removing_and_writing_at_once_is_asked_back(as_user: Callable[..., Client], account: Account) -> None:
    form = {"name": "Blogs", "forget_secrets": "on", "secret_password": "new"}
    response = as_user("change_account").post(edit(account), form)
    assert "Either remove" in errors(response)
    account.refresh_from_db()
    assert account.credentials == SECRETS


def test_the_provider_of_an_account_stays(as_user: Callable[..., Client], account: Account) -> None:
    as_user("change_account").post(edit(account), {"name": "Blogs", "provider": "fake"})
    account.refresh_from_db()
    assert account.provider == "feeds"


def test_unreadable_secrets_can_be_written_anew(
    as_user: Callable[..., Client], account: Account, settings: Any
) -> None:
    settings.SECRET_KEY = "another"
    client = as_user("change_account")
    secrets = {f"secret_{name}": value for name, value in SECRETS.items()}
    response = client.post(edit(account), {"name": "Blogs", "is_active": "on", **secrets})
    assert response.status_code == 302
    account.refresh_from_db()
    assert account.credentials == SECRETS
