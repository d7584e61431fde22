"""The witness itself: a browser test that sees nothing wrong is worth something only if it would."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Witness


def test_a_request_to_another_host_is_seen(page: Page, witness: Witness, live_server: Any) -> None:
    page.goto("/admin/login/")
    page.evaluate("new Image().src = 'http://127.0.0.1:9/tracker.gif'")
    page.wait_for_timeout(200)

    assert witness.foreign == ["http://127.0.0.1:9/tracker.gif"]
    witness.foreign.clear()
    witness.forgive("Failed to load resource")


def test_a_script_error_is_seen(page: Page, witness: Witness) -> None:
    page.goto("/admin/login/")
    page.evaluate("setTimeout(() => { throw new Error('tripwire') })")
    page.wait_for_timeout(200)

    witness.forgive("tripwire")
    with pytest.raises(AssertionError):
        witness.forgive("tripwire")


def test_the_database_is_whole_after_a_test_that_commits(db: None) -> None:
    from wagtail.models import Page as WagtailPage
    from wagtail.models import Site

    assert WagtailPage.objects.filter(depth=1).count() == 1
    assert Site.objects.filter(is_default_site=True).exists()
