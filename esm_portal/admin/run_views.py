"""Sync now, and the page that shows how a run goes on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from esm_portal.admin.access import HEALTH_PERMISSIONS, PortalView, may_any
from esm_portal.audience import audience_sentence
from esm_portal.models import Channel, SyncRun
from esm_portal.sync.wording import advice
from esm_portal.tasks import request_sync

#: Seconds between two looks at a run that is not over; the browser asks by itself, without JavaScript.
REFRESH_SECONDS = 2
#: A worker takes a waiting run within seconds; after this long nobody seems to work.
NO_WORKER_AFTER = timedelta(seconds=10)


class SyncView(PortalView):
    """GET asks "read it now?", POST does it."""

    permissions = ("sync_channel",)
    page_title = gettext_lazy("Sync now")
    header_icon = "rotate"
    template_name = "esm_portal/admin/sync.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:  # noqa: ARG002
        channel = get_object_or_404(Channel.objects.select_related("account"), pk=pk)
        return self.show(channel=channel)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        channel = get_object_or_404(Channel.objects.select_related("account"), pk=pk)
        if not (channel.is_active and channel.account.is_active):
            messages.error(
                request, _("“%(channel)s” is switched off. Nothing was read.") % {"channel": channel}
            )
            return redirect(reverse("esm_portal_admin:health"))
        run = request_sync(channel, user=request.user if request.user.is_authenticated else None)
        return redirect(reverse("esm_portal_admin:run", args=[run.pk]))


class RunView(PortalView):
    """How a run goes on. While it is not over the page asks to be loaded again."""

    permissions = (*HEALTH_PERMISSIONS, "add_channel", "view_syncrun")
    page_title = gettext_lazy("Reading a channel")
    header_icon = "rotate"
    template_name = "esm_portal/admin/run.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:  # noqa: ARG002
        run = get_object_or_404(SyncRun.objects.select_related("channel__account"), pk=pk)
        response = self.show(**self.progress(run))
        if not run.is_over:
            response["Refresh"] = str(REFRESH_SECONDS)
        response["Cache-Control"] = "private, no-store"
        return response

    def progress(self, run: SyncRun) -> dict[str, Any]:
        """What the page tells of ``run``."""
        user = self.request.user
        processed = run.created + run.updated + run.unchanged + run.skipped
        queued = run.outcome == SyncRun.Outcome.QUEUED
        return {
            "run": run,
            "channel": run.channel,
            "processed": processed,
            "total": max(run.total, processed) if run.total else None,
            "what_to_do": advice(run.error_kind),
            "no_worker": queued and timezone.now() - run.created_at > NO_WORKER_AFTER,
            "audience": audience_sentence(run.channel),
            "may_edit": may_any(user, ("change_channel",)),
            "may_see_posts": may_any(user, ("view_post",)),
            "may_see_health": may_any(user, HEALTH_PERMISSIONS),
        }
