from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EsmPortalConfig(AppConfig):
    name = "esm_portal"
    verbose_name = _("Social portal")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from esm_portal import cache, checks  # noqa: F401

        cache.connect()
