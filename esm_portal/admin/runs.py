"""Sync runs: every attempt to read a channel, whatever came of it."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from esm_portal.admin.lists import ChannelFilter, ReadOnlyModelAdmin
from esm_portal.models import SyncRun


class SyncRunAdmin(ReadOnlyModelAdmin):
    model = SyncRun
    base_url_path = "social/runs"
    menu_icon = "history"
    menu_label = gettext_lazy("Sync runs")
    list_display = ("created_at", "channel", "outcome", "trigger", "created", "updated", "message")
    list_filter = ("outcome", "trigger", ChannelFilter)
    list_select_related = ("channel",)
    search_fields = ("channel__name", "message")
    ordering = ("-created_at",)
    inspect_labels = {
        "channel": gettext_lazy("Channel"),
        "outcome": gettext_lazy("Outcome"),
        "message": gettext_lazy("Message"),
        "trigger": gettext_lazy("Started by"),
        "requested_by": gettext_lazy("Person"),
        "created_at": gettext_lazy("Asked for"),
        "started_at": gettext_lazy("Started"),
        "finished_at": gettext_lazy("Finished"),
        "created": gettext_lazy("New"),
        "updated": gettext_lazy("Changed"),
        "unchanged": gettext_lazy("Unchanged"),
        "skipped": gettext_lazy("Unreadable"),
        "batches": gettext_lazy("Batches"),
        "requests": gettext_lazy("Requests"),
        "detail": gettext_lazy("Detail for IT"),
    }

    def detail(self, run: SyncRun) -> SafeString:
        return format_html('<pre class="esm-detail">{}</pre>', run.detail) if run.detail else SafeString("")
