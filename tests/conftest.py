"""What every test gets: no network but loopback, empty caches, a database as the migrations left it."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import pytest
from django.core.cache import caches
from django.db import DEFAULT_DB_ALIAS, connection, connections

from tests.services import MissingServiceError, redis_server

_look_up = socket.getaddrinfo


def unavailable(reason: str) -> NoReturn:
    """Skip the test, or fail it where REQUIRE_ALL=1 says that everything has to be there."""
    if os.environ.get("REQUIRE_ALL") == "1":
        pytest.fail(f"{reason} (REQUIRE_ALL=1)", pytrace=False)
    pytest.skip(reason)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Tests that commit put back what they found, so that the order of tests does not matter."""
    names: list[str] = getattr(item, "fixturenames", [])
    if _commits(item) and "django_db_serialized_rollback" not in names:
        names.append("django_db_serialized_rollback")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On a database server run only what uses a database; everything else has run without it."""
    if "TEST_DATABASE_URL" in os.environ:
        others = [item for item in items if not _uses_database(item)]
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if _uses_database(item)]


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("postgres") and connection.vendor != "postgresql":
        unavailable("needs TEST_DATABASE_URL; run: python -m tests.services postgres pytest")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    yield
    if nextitem and _commits(item) and (content := getattr(connection, "_test_serialized_contents", None)):
        # Django empties every table after a test that commits; the root page has to be there for the next.
        from pytest_django.plugin import blocking_manager_key

        with item.config.stash[blocking_manager_key].unblock():
            connection.creation.deserialize_db_from_string(content)


def _uses_database(item: pytest.Item) -> bool:
    return bool(
        item.get_closest_marker("django_db")
        or {"db", "transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    )


def _commits(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    return bool(
        {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
        or (marker and (marker.kwargs.get("transaction") or marker.kwargs.get("reset_sequences")))
    )


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Remember what the migrations wrote; see pytest_runtest_teardown."""
    with django_db_blocker.unblock():
        rows = json.loads(connection.creation.serialize_db_to_string())
    # Content types come back first: signals that the other rows send would make new ones with other ids.
    rows.sort(key=lambda row: row["model"] != "contenttypes.contenttype")
    # On the class: Playwright's event loop makes Django open another connection object in the same thread.
    type(connections[DEFAULT_DB_ALIAS])._test_serialized_contents = json.dumps(rows)  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _empty_caches() -> Iterator[None]:
    yield
    for cache in caches.all():
        cache.clear()


@pytest.fixture(autouse=True)
def _only_local_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names resolve as on a machine without a network, whatever network this one has."""

    def look_up(host: Any, *args: Any, **kwargs: Any) -> Any:
        if not _is_local(host):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return _look_up(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


def _is_local(host: Any) -> bool:
    if host in (None, "", b"", "localhost", b"localhost"):
        return True
    try:
        # Every spelling of an address, "0x7f.1" and "127。0。0。1" included, and no question to any server.
        _look_up(host, None, flags=socket.AI_NUMERICHOST)
    except socket.gaierror:
        return False
    except UnicodeError:
        pass  # No name at all; the real function says so as well.
    return True


@pytest.fixture(scope="session")
def _redis() -> Iterator[str | MissingServiceError]:
    try:
        with redis_server() as url:
            yield url
    except MissingServiceError as missing:
        yield missing


@pytest.fixture
def redis_url(_redis: str | MissingServiceError) -> str:
    """Address of an empty Redis of this test run's own."""
    if isinstance(_redis, MissingServiceError):
        unavailable(str(_redis))
    import redis

    with redis.Redis.from_url(_redis) as client:
        client.flushall()
    return _redis


@pytest.fixture(scope="session")
def required() -> Callable[[str], NoReturn]:
    """Call with a reason when something a test needs is not on this machine."""
    return unavailable
