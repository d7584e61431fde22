"""A real Chromium for tests of what people see, with a witness for what its pages ask of other hosts."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

from tests.conftest import unavailable
from tests.services import find_program

CHROMIUM_OPTIONS = [
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Shared memory is small in containers; a page that fills it crashes.
    "--disable-dev-shm-usage",
]


@dataclass
class Witness:
    """What a page did wrong; a test fails at its end when anything is left here."""

    host: str
    #: Addresses on other hosts that the page asked for.
    foreign: list[str] = field(default_factory=list)
    #: Errors on the console, uncaught exceptions and violations of the content security policy.
    errors: list[str] = field(default_factory=list)

    def forgive(self, text: str) -> None:
        """Drop the errors that contain ``text``; fails when there is none: no excuse outlives its use."""
        kept = [error for error in self.errors if text not in error]
        assert len(kept) < len(self.errors), f"No error mentions {text!r}: {self.errors}"
        self.errors = kept

    def on_request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.netloc != self.host:
            self.foreign.append(request.url)

    def on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(message.text)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker("browser")


@contextmanager
def synchronous_django() -> Iterator[None]:
    """Let Django use this thread's database connection while Playwright's event loop is suspended in it.

    Test code never runs inside a coroutine of that loop, but Django and asgiref only ask whether there is
    a loop: they would refuse queries and, were that allowed, use a second connection for each.
    """
    this_thread = threading.get_ident()

    def running_loop() -> asyncio.AbstractEventLoop:
        if threading.get_ident() == this_thread:
            raise RuntimeError("no running event loop")
        return asyncio.get_running_loop()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.utils.asyncio.get_running_loop", running_loop)
        patch.setattr("asgiref.local.asyncio", SimpleNamespace(get_running_loop=running_loop))
        yield


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium, started once for the browser tests and gone before any other test runs."""
    program = find_program("chromium")
    if program is None:
        unavailable('Chromium was not found. "make test" installs it where it may.')
    options = [*CHROMIUM_OPTIONS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with synchronous_django(), sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=options)
        yield chromium
        chromium.close()


@pytest.fixture
def context(browser: Browser, live_server: Any) -> Iterator[BrowserContext]:
    """A browser profile of this test's own; relative addresses lead to the live server."""
    with browser.new_context(base_url=live_server.url, viewport={"width": 1280, "height": 900}) as profile:
        profile.set_default_timeout(10_000)
        yield profile


@pytest.fixture
def witness(context: BrowserContext, live_server: Any) -> Iterator[Witness]:
    """Watches every page of the test; see :class:`Witness`."""
    watch = Witness(urlsplit(live_server.url).netloc)
    context.on("request", watch.on_request)
    context.on("console", watch.on_console)
    context.on("weberror", lambda error: watch.errors.append(str(error.error)))
    yield watch
    assert not watch.foreign, f"The page asked other hosts: {watch.foreign}"
    assert not watch.errors, f"The page reported errors: {watch.errors}"


@pytest.fixture
def page(context: BrowserContext, witness: Witness) -> Page:
    """An empty page, 1280 pixels wide and light, that fails the test for errors and foreign requests."""
    return context.new_page()


@pytest.fixture
def look(page: Page) -> Callable[..., Page]:
    """Call with ``width``, ``dark`` and ``rtl`` to see the page, from its next load on, as others do."""

    def change(width: int = 1280, *, dark: bool = False, rtl: bool = False) -> Page:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="dark" if dark else "light")
        page.set_extra_http_headers({"Accept-Language": "ar" if rtl else "en"})
        return page

    return change


@pytest.fixture
def sign_in(context: BrowserContext, live_server: Any) -> Callable[[Any], None]:
    """Call with a user to browse as that person from then on."""

    def become(user: Any) -> None:
        client = Client()
        client.force_login(user)
        morsel = client.cookies["sessionid"]
        context.add_cookies([{"name": "sessionid", "value": morsel.value, "url": live_server.url}])

    return become
