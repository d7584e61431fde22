from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from wagtail import hooks

MENU = {
    "/admin/social/health/": "sync_channel",
    "/admin/social/channels/": "view_channel",
    "/admin/social/posts/": "view_post",
    "/admin/social/accounts/": "view_account",
    "/admin/social/runs/": "view_syncrun",
}


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "permission"), MENU.items())
def test_the_menu_offers_what_a_person_may_open(
    as_user: Callable[..., Client], address: str, permission: str
) -> None:
    shown = as_user(permission).get(reverse("wagtailadmin_home")).text
    assert f'"{address}"' in shown
    assert f'"{address}"' not in as_user().get(reverse("wagtailadmin_home")).text


@pytest.mark.django_db
def test_groups_can_be_given_exactly_what_means_something() -> None:
    offered = {
        permission.codename
        for hook in hooks.get_hooks("register_permissions")
        for permission in hook()
        if permission.content_type.app_label == "esm_portal"
    }
    actions = ("add", "change", "delete", "view")
    expected = {f"{action}_{model}" for action in actions for model in ("account", "channel")}
    assert offered == expected | {"sync_channel", "view_post", "view_syncrun"}


@pytest.mark.django_db
def test_the_group_editor_shows_sync_now() -> None:
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    assert "Can read a channel now" in client.get(reverse("wagtailusers_groups:add")).text
