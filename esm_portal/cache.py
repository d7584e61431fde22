"""Both caches in one place: rendered fragments, and django-cachalot for the tables that change seldom.

Fragments are keyed by everything that went into them, the version of each channel included, which the
caller has just read from the database; so a fragment can be missing but never wrong. Query results are
cached by cachalot only for :data:`CACHABLE_TABLES`, on a cache that every process shares.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import Any

from cachalot.cache import cachalot_caches
from django.core.cache import caches
from django.core.signals import request_started
from django.db import connections

from esm_portal.conf import get_settings

#: What CACHALOT_ONLY_CACHABLE_TABLES should hold for this package. Posts, states and runs change often
#: and stay out; a query that touches one of those is not cached at all.
CACHABLE_TABLES: tuple[str, ...] = ("esm_portal_account", "esm_portal_channel")


def rendered(parts: Iterable[object], render: Callable[[], str]) -> str:
    """The fragment for ``parts``, from the cache or made by ``render()`` and kept for FRAGMENT_SECONDS.

    ``parts`` must name everything the result depends on: block and layout, the channels with their
    versions, language, time zone. Each part's ``repr`` becomes part of the key.
    """
    settings = get_settings()
    cache = caches[settings.CACHE_ALIAS]
    key = "esm:" + hashlib.blake2b(repr(tuple(parts)).encode(), digest_size=20).hexdigest()
    fragment = cache.get(key)
    if fragment is None:
        fragment = render()
        cache.set(key, fragment, settings.FRAGMENT_SECONDS)
    return str(fragment)


def guard_query_cache(**_kwargs: Any) -> None:
    """Let cachalot invalidate again after a transaction that could not begin.

    A failed BEGIN ("database is locked") leaves an atomic level open in cachalot for good, and that
    thread's writes would invalidate nothing any more. Called where no transaction can be open: at the
    start of a request and of a sync.
    """
    for alias, levels in list(cachalot_caches.atomic_caches.items()):
        if levels and not connections[alias].in_atomic_block:
            levels.clear()


def connect() -> None:
    """Run the guard at the start of every request; called once from AppConfig.ready()."""
    request_started.connect(guard_query_cache, dispatch_uid="esm_portal.cache")
