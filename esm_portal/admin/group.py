"""The "Social" menu."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail_modeladmin.options import ModelAdminGroup, modeladmin_register

from esm_portal.admin.access import HEALTH_PERMISSIONS, may_any
from esm_portal.admin.accounts import AccountAdmin
from esm_portal.admin.channels import ChannelAdmin
from esm_portal.admin.posts import PostAdmin
from esm_portal.admin.runs import SyncRunAdmin


class HealthMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return may_any(request.user, HEALTH_PERMISSIONS)


class SocialGroup(ModelAdminGroup):
    items = (ChannelAdmin, PostAdmin, AccountAdmin, SyncRunAdmin)
    menu_label = _("Social")
    menu_item_name = "social"
    menu_icon = "group"
    menu_order = 250

    def get_submenu_items(self) -> list[Any]:
        health = HealthMenuItem(
            _("Health"),
            reverse_lazy("esm_portal_admin:health"),
            name="social-health",
            icon_name="view",
            order=0,
        )
        return [health, *super().get_submenu_items()]


def register() -> None:
    """Tell Wagtail of the lists, their addresses, their menu and the permissions that groups can have."""
    modeladmin_register(SocialGroup)
