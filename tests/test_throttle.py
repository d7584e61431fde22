from __future__ import annotations

import logging
import socket
from datetime import timedelta

import pytest

from esm_portal.exceptions import RateLimited
from esm_portal.throttle import Throttle


@pytest.fixture
def budget(settings):
    settings.ESM_PORTAL = {"HTTP_REQUESTS_PER_MINUTE": 3}


def test_two_workers_count_together(budget, time_machine):
    time_machine.move_to("2026-03-02T10:00:20Z", tick=False)
    for _ in range(3):
        Throttle("a1").admit("wiki.corp")
    with pytest.raises(RateLimited):
        Throttle("a1").admit("blog.corp")
    Throttle("a2").admit("wiki.corp")


def test_a_pause_is_for_the_host_that_asked_for_it(budget):
    Throttle("a1").pause("wiki.corp", timedelta(seconds=30))
    Throttle("a1").admit("blog.corp")
    with pytest.raises(RateLimited, match=r"“wiki\.corp” asked for a pause"):
        Throttle("a1").admit("wiki.corp")


def test_a_pause_outlives_the_minute(budget, time_machine):
    time_machine.move_to("2026-03-02T10:00:20Z", tick=False)
    Throttle("a1").pause("wiki.corp", timedelta(minutes=10))
    time_machine.shift(9 * 60)
    with pytest.raises(RateLimited) as held:
        Throttle("a1").admit("wiki.corp")
    assert held.value.retry_after == timedelta(minutes=1)


@pytest.mark.parametrize(
    "backend",
    [
        "django.core.cache.backends.redis.RedisCache",
        "django_redis.cache.RedisCache",
    ],
)
def test_a_cache_that_is_down_stops_no_request(settings, caplog, backend):
    with socket.create_server(("127.0.0.1", 0)) as reserved:
        port = reserved.getsockname()[1]
    settings.CACHES = {
        **settings.CACHES,
        "down": {"BACKEND": backend, "LOCATION": f"redis://127.0.0.1:{port}"},
    }
    settings.ESM_PORTAL = {"CACHE_ALIAS": "down", "HTTP_REQUESTS_PER_MINUTE": 1}
    caplog.set_level(logging.ERROR, "esm_portal.http")
    throttle = Throttle("a1")
    throttle.pause("wiki.corp", timedelta(seconds=30))
    throttle.admit("wiki.corp")
    throttle.admit("wiki.corp")
    assert "cache does not answer" in caplog.text


def test_a_counter_that_vanishes_stops_no_request(settings, caplog):
    settings.CACHES = {
        **settings.CACHES,
        "dummy": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
    }
    settings.ESM_PORTAL = {"CACHE_ALIAS": "dummy", "HTTP_REQUESTS_PER_MINUTE": 1}
    Throttle("a1").admit("wiki.corp")
    Throttle("a1").admit("wiki.corp")
    assert "did not count" in caplog.text


@pytest.mark.redis
def test_redis_counts(redis_url, settings, time_machine):
    settings.CACHES = {
        **settings.CACHES,
        "redis": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": redis_url},
    }
    settings.ESM_PORTAL = {"CACHE_ALIAS": "redis", "HTTP_REQUESTS_PER_MINUTE": 2}
    time_machine.move_to("2026-03-02T10:00:20Z", tick=False)
    throttle = Throttle("a1")
    throttle.pause("blog.corp", timedelta(seconds=30))
    with pytest.raises(RateLimited):
        throttle.admit("blog.corp")
    throttle.admit("wiki.corp")
    throttle.admit("wiki.corp")
    with pytest.raises(RateLimited):
        throttle.admit("wiki.corp")
