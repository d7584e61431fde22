"""How often an account may ask: a budget per minute, and the pauses that services asked for.

Both are counted in Django's shared cache, so that the web server and every worker count together.
A cache that does not answer stops no request: it is logged, and the service's own limit remains.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import lru_cache
from importlib import import_module

from django.core.cache import caches
from django.db import DatabaseError
from django.utils.translation import gettext as _

from esm_portal.conf import get_settings
from esm_portal.exceptions import RateLimited

logger = logging.getLogger("esm_portal.http")


class Throttle:
    """The budget and the pauses of one account."""

    def __init__(self, account_key: str) -> None:
        self._account = account_key

    def admit(self, host: str) -> None:
        """Count one request to ``host``. Raises RateLimited when it must not be sent now."""
        now = time.time()
        cache = caches[get_settings().CACHE_ALIAS]
        budget = get_settings().HTTP_REQUESTS_PER_MINUTE
        until: float | None = None
        used: int | None = 0
        with _ignoring_cache_failures():
            until = cache.get(self._pause_key(host))
            if not until or until <= now:
                used = self._count(int(now // 60))
        if until and until > now:
            raise _wait(
                _("“%(host)s” asked for a pause of %(seconds)d more seconds."), until - now, host=host
            )
        if used is None:
            logger.warning("The cache did not count a request; its account may exceed its budget.")
        elif used > budget:
            raise _wait(
                _(
                    "This account has sent its %(budget)d requests of this minute. "
                    "It goes on by itself in %(seconds)d seconds."
                ),
                60 - now % 60,
                budget=budget,
            )

    def pause(self, host: str, wish: timedelta) -> None:
        """Send nothing to ``host`` for this account before ``wish`` is over."""
        seconds = wish.total_seconds()
        with _ignoring_cache_failures():
            cache = caches[get_settings().CACHE_ALIAS]
            cache.set(self._pause_key(host), time.time() + seconds, timeout=int(seconds) + 1)

    def _count(self, minute: int) -> int | None:
        """Requests of this minute including this one; None when the cache lost count."""
        cache = caches[get_settings().CACHE_ALIAS]
        key = self._key("budget", str(minute))
        cache.add(key, 0, timeout=120)
        try:
            return cache.incr(key)
        except ValueError:  # dropped between the two calls
            return None

    def _pause_key(self, host: str) -> str:
        return self._key("pause", host)

    def _key(self, purpose: str, detail: str) -> str:
        digest = hashlib.sha256(f"{self._account}\0{detail}".encode()).hexdigest()[:40]
        return f"esm_portal:http:{purpose}:{digest}"


def _wait(text: str, seconds: float, **words: object) -> RateLimited:
    pause = timedelta(seconds=max(1, round(seconds)))
    return RateLimited(text % {"seconds": pause.total_seconds(), **words}, retry_after=pause)


@contextmanager
def _ignoring_cache_failures() -> Iterator[None]:
    try:
        yield
    except _cache_failures() as error:
        logger.error("The cache does not answer, so requests are not counted: %s", type(error).__name__)


@lru_cache(maxsize=1)
def _cache_failures() -> tuple[type[Exception], ...]:
    """What cache backends raise when they are down; Django gives them no common base."""
    found: list[type[Exception]] = [OSError, DatabaseError]
    for module, name in (
        ("redis.exceptions", "RedisError"),
        ("django_redis.exceptions", "ConnectionInterrupted"),
        ("pymemcache.exceptions", "MemcacheError"),
    ):
        try:
            found.append(getattr(import_module(module), name))
        except ImportError:
            continue
    return tuple(found)
