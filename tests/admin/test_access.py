"""Every address of the Social menu, as everybody: who gets in, and that looking changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.core import serializers
from django.test import Client
from django.urls import get_resolver, reverse

from esm_portal.models import Account, Channel, ChannelState, Post, SyncRun
from tests.admin.fakes import healthy, make_channel, make_post, make_user


@dataclass(frozen=True)
class Route:
    name: str
    #: Which row its address names, or "".
    row: str
    #: Each of these alone opens it.
    permissions: tuple[str, ...]


HEALTH = ("view_channel", "change_channel", "sync_channel")
ROUTES = [
    Route("social_accounts_modeladmin_index", "", ("view_account", "change_account")),
    Route("social_accounts_modeladmin_create", "", ("add_account",)),
    Route("social_accounts_modeladmin_edit", "account", ("change_account",)),
    Route("social_accounts_modeladmin_delete", "account", ("delete_account",)),
    Route("social_accounts_modeladmin_history", "account", ("view_account", "change_account")),
    Route("social_channels_modeladmin_index", "", ("view_channel", "change_channel")),
    Route("social_channels_modeladmin_create", "", ("add_channel",)),
    Route("social_channels_modeladmin_edit", "channel", ("change_channel",)),
    Route("social_channels_modeladmin_delete", "channel", ("delete_channel",)),
    Route("social_channels_modeladmin_history", "channel", ("view_channel", "change_channel")),
    Route("social_posts_modeladmin_index", "", ("view_post",)),
    Route("social_posts_modeladmin_inspect", "post", ("view_post",)),
    Route("social_runs_modeladmin_index", "", ("view_syncrun",)),
    Route("social_runs_modeladmin_inspect", "run", ("view_syncrun",)),
    Route("esm_portal_admin:health", "", HEALTH),
    Route("esm_portal_admin:health_results", "", HEALTH),
    Route("esm_portal_admin:sync", "channel", ("sync_channel",)),
    Route("esm_portal_admin:run", "run", (*HEALTH, "add_channel", "view_syncrun")),
]
EVERY_PERMISSION = [
    *(f"{action}_account" for action in ("view", "add", "change", "delete")),
    *(f"{action}_channel" for action in ("view", "add", "change", "delete")),
    "sync_channel",
    "view_post",
    "view_syncrun",
]
PAIRS = [(route, permission) for route in ROUTES for permission in route.permissions]


@pytest.fixture
def addresses(db: None) -> Callable[[Route], str]:
    channel = make_channel(state=healthy())
    rows = {
        "account": channel.account_id,
        "channel": channel.pk,
        "post": make_post(channel).pk,
        "run": SyncRun.objects.create(channel=channel, trigger="person", outcome="success").pk,
    }
    return lambda route: reverse(route.name, args=[rows[route.row]] if route.row else [])


def everything() -> str:
    models: tuple[Any, ...] = (Account, Channel, ChannelState, Post, SyncRun)
    return "\n".join(serializers.serialize("json", model.objects.order_by("pk")) for model in models)


def test_no_address_is_forgotten() -> None:
    """A new route has to be added to this file before the suite passes."""
    known = {route.name.rpartition(":")[2] for route in ROUTES}
    found = set()
    for pattern in _patterns(get_resolver().url_patterns, ""):
        if "social/" in pattern[0]:
            found.add(pattern[1])
    assert found == known


def _patterns(entries: Any, prefix: str) -> list[tuple[str, str]]:
    found = []
    for entry in entries:
        path = prefix + str(entry.pattern)
        if hasattr(entry, "url_patterns"):
            found += _patterns(entry.url_patterns, path)
        else:
            found.append((path, entry.name or ""))
    return found


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
@pytest.mark.parametrize("method", ["get", "post"])
def test_strangers_are_sent_to_sign_in(addresses: Callable[[Route], str], route: Route, method: str) -> None:
    before = everything()
    for who in ("nobody", "without admin access"):
        client = Client()
        if who != "nobody":
            client.force_login(make_user(*EVERY_PERMISSION, admin=False))
        response = getattr(client, method)(addresses(route))
        assert response.status_code == 302
        assert "/login/" in response["Location"]
    assert everything() == before


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
@pytest.mark.parametrize("method", ["get", "post"])
def test_editors_with_every_other_permission_stay_outside(
    as_user: Callable[..., Client], addresses: Callable[[Route], str], route: Route, method: str
) -> None:
    others = [codename for codename in EVERY_PERMISSION if codename not in route.permissions]
    before = everything()
    response = getattr(as_user(*others), method)(addresses(route), {"step": "save"})
    assert (response.status_code, response["Location"]) == (302, reverse("wagtailadmin_home"))
    assert everything() == before


@pytest.mark.parametrize(("route", "permission"), PAIRS, ids=lambda value: getattr(value, "name", value))
def test_one_right_permission_opens_and_looking_changes_nothing(
    as_user: Callable[..., Client], addresses: Callable[[Route], str], route: Route, permission: str
) -> None:
    before = everything()
    assert as_user(permission).get(addresses(route)).status_code == 200
    assert everything() == before


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_nothing_is_posted_without_a_token(
    as_user: Callable[..., Client], addresses: Callable[[Route], str], route: Route
) -> None:
    signed_in = as_user(*EVERY_PERMISSION)
    client = Client(enforce_csrf_checks=True)
    client.cookies = signed_in.cookies
    before = everything()
    assert client.post(addresses(route), {"step": "save", "name": "x"}).status_code == 403
    assert everything() == before
