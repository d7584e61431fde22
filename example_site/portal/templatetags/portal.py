"""The site's own navigation."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext as _
from wagtail.models import Page, Site

register = template.Library()


@register.inclusion_tag("portal/navigation.html", takes_context=True)
def navigation(context: dict[str, Any]) -> dict[str, Any]:
    """The home page and the pages right below it that are shown in menus; the open one is marked."""
    request = context.get("request")
    site = Site.find_for_request(request) if request else None
    if site is None:
        return {"entries": []}
    home = site.root_page
    pages = Page.objects.descendant_of(home, inclusive=True).filter(depth__lte=home.depth + 1).live()
    here = context.get("page")
    entries = [
        {
            # The home page's title is a sentence; in a menu it is the hub.
            "title": _("Hub") if page.pk == home.pk else page.title,
            "url": page.get_url(request, current_site=site),
            "is_here": getattr(here, "pk", None) == page.pk,
        }
        for page in pages
        if page.pk == home.pk or page.show_in_menus
    ]
    return {"entries": entries}
