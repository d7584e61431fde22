"""A strict Content-Security-Policy for everything but the admin: pages load from this host only."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

POLICY = "default-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'; object-src 'none'"


class ContentSecurityPolicy:
    """Django 6 brings its own middleware for this; the example also runs on Django 5.2."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path.startswith(reverse("wagtailadmin_home")):
            response.headers.setdefault("Content-Security-Policy", POLICY)
        return response
