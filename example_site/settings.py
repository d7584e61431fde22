"""Settings of the example intranet: SQLite, an embedded worker, no set-up."""

from __future__ import annotations

import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent
DATA_DIR = Path(os.environ.get("ESM_DEMO_DATA", BASE_DIR.parent / ".demo"))

# Where the demo is served, and where the example company's own blog, wiki and forum are.
DEMO_PORT = int(os.environ.get("ESM_DEMO_PORT", "8000"))
_feeds_port_file = DATA_DIR / "feeds_port"
DEMO_FEEDS_PORT = int(
    os.environ.get("ESM_DEMO_FEEDS_PORT")
    or (_feeds_port_file.read_text() if _feeds_port_file.exists() else "8001")
)

# The demo listens on loopback only; a real site keeps its key in its secret store.
SECRET_KEY = os.environ.get("SECRET_KEY", "demo-only-not-a-secret")
DEBUG = os.environ.get("DEBUG", "") == "1"
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", "testserver"]

INSTALLED_APPS = [
    "example_site.portal",
    "esm_portal.pages",
    "esm_portal",
    "wagtail_modeladmin",
    "cachalot",
    "django_tasks_db",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.routable_page",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "example_site.portal.middleware.ContentSecurityPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "example_site.urls"
WSGI_APPLICATION = "example_site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ],
        },
    }
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA_DIR / "db.sqlite3",
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# One cache that the web server and the worker share: query results must not live in one process.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": DATA_DIR / "cache",
        "OPTIONS": {"MAX_ENTRIES": 500},
    }
}

# Query results are cached for our tables that change seldom; esm_portal's system checks explain each line.
CACHALOT_CACHE = "default"
CACHALOT_TIMEOUT = 300
CACHALOT_FINAL_SQL_CHECK = True
CACHALOT_ONLY_CACHABLE_TABLES = frozenset(["esm_portal_account", "esm_portal_channel"])

TASKS = {
    "default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"},
    "social": {"BACKEND": "django_tasks_db.DatabaseBackend"},
}

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English"), ("ar", "العربية")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"

LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

WAGTAIL_SITE_NAME = "Lumière"
WAGTAILADMIN_BASE_URL = f"http://127.0.0.1:{DEMO_PORT}"
# The admin of an intranet asks no other host for anything.
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None

ESM_PORTAL = {
    # The demo's own blog, wiki and forum live on loopback; every other loopback address stays refused.
    "TRUSTED_HOSTS": [f"127.0.0.1:{DEMO_FEEDS_PORT}"],
    "SYNC_INTERVAL": 20,
}
