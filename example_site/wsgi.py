"""WSGI entry point of the example site."""

import os

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "example_site.settings")
# Static files come from where they lie, so that a demo needs neither collectstatic nor another server.
application = StaticFilesHandler(get_wsgi_application())
