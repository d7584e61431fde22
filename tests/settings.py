"""Settings of the test suite: the example site's, on throwaway data."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from example_site.settings import *  # noqa: F403
from example_site.settings import CACHES, DATABASES

if "ESM_TEST_DATA" not in os.environ:
    # The first process makes the folder and removes it; the processes it starts find it in their environment.
    os.environ["ESM_TEST_DATA"] = tempfile.mkdtemp(prefix="esm-portal-tests-")
    atexit.register(shutil.rmtree, os.environ["ESM_TEST_DATA"], ignore_errors=True)
# Tests that run side by side do not see each other's files.
_DATA = Path(os.environ["ESM_TEST_DATA"]) / os.environ.get("PYTEST_XDIST_WORKER", "main")
_DATA.mkdir(parents=True, exist_ok=True)

SECRET_KEY = "tests"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MEDIA_ROOT = _DATA / "media"
STATIC_ROOT = _DATA / "static"

if os.environ.get("TEST_DATABASE_URL"):
    from urllib.parse import urlsplit

    _url = urlsplit(os.environ["TEST_DATABASE_URL"])
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": _url.path.lstrip("/"),
            "USER": _url.username,
            "PASSWORD": _url.password or "",
            "HOST": _url.hostname,
            "PORT": _url.port,
        }
    }
else:
    DATABASES["default"]["NAME"] = _DATA / "db.sqlite3"
    DATABASES["default"]["TEST"] = {"NAME": _DATA / "test.sqlite3"}

CACHES["default"]["LOCATION"] = _DATA / "cache"

ESM_PORTAL = {}
