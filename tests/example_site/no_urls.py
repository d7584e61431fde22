"""A URL configuration in which every page is a fault, for the page that is shown then."""

from typing import NoReturn

from django.http import HttpRequest
from django.urls import path


def fault(_request: HttpRequest) -> NoReturn:
    raise RuntimeError("on purpose")


urlpatterns = [path("", fault)]
