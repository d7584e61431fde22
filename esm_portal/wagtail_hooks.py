"""What Wagtail learns of this package."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import include, path
from wagtail import hooks

from esm_portal.admin import group, urls
from esm_portal.admin.home import NeedsPersonPanel
from esm_portal.viewsets import channel_chooser_viewset, post_chooser_viewset

group.register()


@hooks.register("register_admin_urls")
def admin_urls() -> list[Any]:
    return [path("social/", include(urls))]


@hooks.register("register_admin_viewset")
def choosers() -> list[Any]:
    return [channel_chooser_viewset, post_chooser_viewset]


@hooks.register("construct_homepage_panels")
def home_panel(request: HttpRequest, panels: list[Any]) -> None:  # noqa: ARG001
    panels.append(NeedsPersonPanel())
