from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PagesConfig(AppConfig):
    name = "esm_portal.pages"
    label = "esm_portal_pages"
    verbose_name = _("Social portal pages")
    default_auto_field = "django.db.models.BigAutoField"
