"""Addresses of our own admin views, under the site's Wagtail admin; Wagtail itself asks for a sign-in."""

from __future__ import annotations

from django.urls import path

from esm_portal.admin.health_view import HealthView
from esm_portal.admin.run_views import RunView, SyncView

app_name = "esm_portal_admin"

urlpatterns = [
    path("health/", HealthView.as_view(), name="health"),
    path("health/results/", HealthView.as_view(results_only=True), name="health_results"),
    path("channels/<int:pk>/sync/", SyncView.as_view(), name="sync"),
    path("runs/<int:pk>/progress/", RunView.as_view(), name="run"),
]
