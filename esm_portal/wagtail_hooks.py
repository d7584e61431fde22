"""What Wagtail learns of this package."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import include, path
from wagtail import hooks

from esm_portal.admin import group, urls
from esm_portal.admin.home import NeedsPersonPanel

group.register()


@hooks.register("register_admin_urls")
def admin_urls() -> list[Any]:
    return [path("social/", include(urls))]


@hooks.register("construct_homepage_panels")
def home_panel(request: HttpRequest, panels: list[Any]) -> None:  # noqa: ARG001
    panels.append(NeedsPersonPanel())
