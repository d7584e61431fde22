"""The base of our own admin views: Wagtail's page furniture and a permission check in ``dispatch``."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin


def may_any(user: Any, codenames: tuple[str, ...]) -> bool:
    """Whether ``user`` has at least one of our permissions, such as "view_channel"."""
    return any(user.has_perm(f"esm_portal.{codename}") for codename in codenames)


class PortalView(WagtailAdminTemplateMixin, View):
    """A view for those who have one of ``permissions``; others meet Wagtail's "no permission" answer."""

    permissions: ClassVar[tuple[str, ...]]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_any(request.user, self.permissions):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        trail: list[dict[str, Any]] = list(self.breadcrumbs_items)
        if self.page_title != HEALTH_TITLE and may_any(self.request.user, HEALTH_PERMISSIONS):
            trail.append({"url": reverse("esm_portal_admin:health"), "label": HEALTH_TITLE})
        return [*trail, {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()}]

    def show(self, **context: Any) -> HttpResponse:
        """The view's template with ``context``; a step that did not work answers 200 as well."""
        response: HttpResponse = self.render_to_response(self.get_context_data(**context))
        return response


#: Who may see how the channels are doing.
HEALTH_PERMISSIONS = ("view_channel", "change_channel", "sync_channel")
HEALTH_TITLE = _("Channel health")
