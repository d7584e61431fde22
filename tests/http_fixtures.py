"""Fixtures: a misbehaving server, a client that may reach it, and a fake DNS."""

from __future__ import annotations

import pytest

from esm_portal.http import HTTPClient
from tests.http_server import FakeDNS, serve


@pytest.fixture
def server():
    with serve() as site:
        yield site


@pytest.fixture
def limits(settings, server):
    """Change limits within a test: ``limits(HTTP_MAX_BYTES=100)``."""

    def change(**values):
        settings.ESM_PORTAL = {"TRUSTED_HOSTS": [f"127.0.0.1:{server.port}"], **values}

    change()
    return change


@pytest.fixture
def client(limits):
    with HTTPClient(account_key="a1", provider="feeds") as client:
        yield client


@pytest.fixture
def dns(monkeypatch):
    fake = FakeDNS()
    monkeypatch.setattr("socket.getaddrinfo", fake)
    return fake
