"""The health page: one line per channel in plain language, trouble first."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.views.generic.base import BaseListingView

from esm_portal.admin.access import HEALTH_PERMISSIONS, HEALTH_TITLE, PortalView, may_any
from esm_portal.admin.health import ChannelHealth, all_health, described


class HealthView(PortalView, BaseListingView):
    """Every channel a page of it at a time: four queries, whatever the number of channels."""

    permissions = HEALTH_PERMISSIONS
    page_title = HEALTH_TITLE
    header_icon = "view"
    template_name = "esm_portal/admin/health.html"
    results_template_name = "esm_portal/admin/health_results.html"
    index_url_name = "esm_portal_admin:health"
    index_results_url_name = "esm_portal_admin:health_results"
    verbose_name_plural = gettext_lazy("channels")
    is_searchable = True
    paginate_by = 50

    def get_queryset(self) -> list[ChannelHealth]:
        return all_health(timezone.now(), search=self.search_query)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        user = self.request.user
        context["lines"] = described(context["object_list"])
        context["may_sync"] = may_any(user, ("sync_channel",))
        context["may_edit"] = may_any(user, ("change_channel",))
        context["may_see_posts"] = may_any(user, ("view_post",))
        context["summary"] = summary(context["paginator"].object_list)
        return context


def summary(lines: list[ChannelHealth]) -> str:
    """One sentence about all channels together."""
    trouble = sum(1 for line in lines if line.state.is_trouble)
    if not trouble:
        return _("All channels are well.")
    return _("%(trouble)d of %(all)d channels need attention; they stand first.") % {
        "trouble": trouble,
        "all": len(lines),
    }
