from __future__ import annotations

from typing import Any

import pytest
from cachalot.cache import cachalot_caches
from django.core.signals import request_started
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from esm_portal.cache import CACHABLE_TABLES, guard_query_cache, rendered
from esm_portal.models import Account, Channel, ChannelState, Post, SyncRun


def test_a_fragment_is_rendered_once_for_the_same_parts() -> None:
    calls: list[int] = []

    def render() -> str:
        calls.append(1)
        return "<p>Hello</p>"

    assert rendered(["feed", (1, 7), "en"], render) == "<p>Hello</p>"
    assert rendered(["feed", (1, 7), "en"], render) == "<p>Hello</p>"
    assert len(calls) == 1


@pytest.mark.parametrize(
    "parts", [["feed", (1, 8), "en"], ["feed", (2, 7), "en"], ["feed", (1, 7), "ar"], ["feed"]]
)
def test_another_version_channel_or_language_is_another_fragment(parts: list[Any]) -> None:
    rendered(["feed", (1, 7), "en"], lambda: "first")

    assert rendered(parts, lambda: "second") == "second"


def test_only_tables_that_change_seldom_are_cachable() -> None:
    often = {model._meta.db_table for model in (Post, ChannelState, SyncRun)}

    assert not often & set(CACHABLE_TABLES)
    assert {model._meta.db_table for model in (Account, Channel)} == set(CACHABLE_TABLES)


@pytest.mark.django_db(transaction=True)
def test_channels_are_asked_for_once_until_one_changes() -> None:
    account = Account.objects.create(provider="feeds", name="Blogs")
    channel = Channel.objects.create(account=account, external_id="x", name="Before")
    list(Channel.objects.all())
    with CaptureQueriesContext(connection) as queries:
        assert [c.name for c in Channel.objects.all()] == ["Before"]
    assert len(queries) == 0

    channel.name = "After"
    channel.save()
    assert [c.name for c in Channel.objects.all()] == ["After"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("start", ["request", "sync"])
def test_a_transaction_that_could_not_begin_does_not_stop_invalidation(start: str) -> None:
    """django-cachalot counts the level of a BEGIN that failed and never forgets it."""
    account = Account.objects.create(provider="feeds", name="Before")
    list(Account.objects.all())
    cachalot_caches.enter_atomic("default")
    if start == "request":
        request_started.send(sender=None)
    else:
        guard_query_cache()

    account.name = "After"
    account.save()
    assert not cachalot_caches.atomic_caches["default"]
    assert Account.objects.get().name == "After"


@pytest.mark.django_db
def test_the_guard_leaves_an_open_transaction_alone() -> None:
    before = len(cachalot_caches.atomic_caches["default"])
    guard_query_cache()
    assert len(cachalot_caches.atomic_caches["default"]) == before > 0


@pytest.mark.redis
def test_fragments_are_shared_through_redis(redis_url: str, settings: Settings) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "django_redis.cache.RedisCache",
            "LOCATION": redis_url,
            "OPTIONS": {"IGNORE_EXCEPTIONS": True},
        }
    }
    assert rendered(["feed", 1], lambda: "<p>One</p>") == "<p>One</p>"
    assert rendered(["feed", 1], lambda: "<p>Two</p>") == "<p>One</p>"


def test_a_redis_that_is_down_means_slower_never_wrong(settings: Settings) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "django_redis.cache.RedisCache",
            "LOCATION": "redis://127.0.0.1:1",
            "OPTIONS": {"IGNORE_EXCEPTIONS": True, "SOCKET_CONNECT_TIMEOUT": 1},
        }
    }
    assert rendered(["feed", 1], lambda: "<p>One</p>") == "<p>One</p>"
    assert rendered(["feed", 1], lambda: "<p>Two</p>") == "<p>Two</p>"
