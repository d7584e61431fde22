"""The panel on Wagtail's home page: what needs a person. Absent when all is well."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from wagtail.admin.ui.components import Component

from esm_portal.admin.access import HEALTH_PERMISSIONS, may_any
from esm_portal.admin.health import described, in_need
from esm_portal.admin.lists import STYLESHEET

#: More than these are counted and left to the health page.
MOST = 5


class NeedsPersonPanel(Component):
    name = "esm_portal_needs_person"
    template_name = "esm_portal/admin/home_panel.html"
    order = 90

    class Media:
        css = {"all": [STYLESHEET]}

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        if not parent_context or not may_any(parent_context["request"].user, HEALTH_PERMISSIONS):
            return {"lines": []}
        lines = in_need(timezone.now())
        return {
            "lines": described(lines[:MOST]) if lines else [],
            "more": max(len(lines) - MOST, 0),
            "request": parent_context["request"],
        }
