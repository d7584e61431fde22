from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from esm_portal.http_errors import redact, request_id, retry_after

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "https://ann:hunter2@wiki.corp/feed",
        "https://hunter2@wiki.corp/feed",
        "https://ann:p@ss:hunter2@wiki.corp/feed",
        "https://wiki.corp/feed?token=hunter2",
        "https://wiki.corp/feed?a=1&ACCESS_TOKEN=hunter2&b=2",
        "https://wiki.corp/feed?%74oken=hunter2",
        "https://wiki.corp/feed?key=hunter2",
        "https://wiki.corp/feed?apikey=hunter2",
        "https://wiki.corp/feed?X-Amz-Signature=hunter2",
        "https://wiki.corp/feed?X-Amz-Credential=hunter2",
        "https://wiki.corp/feed?sig=hunter2",
        "https://wiki.corp/cb?code=hunter2&state=1",
        "https://wiki.corp/feed?password=hunter2",
        "https://wiki.corp/feed?client_secret=hunter2",
        "https://wiki.corp/feed#access_token=hunter2",
        "https://wiki.corp/login?next=https%3A%2F%2Fwiki.corp%2Ffeed%3Ftoken%3Dhunter2",
        "GET /feed?a=1&token=hunter2 HTTP/1.1",
        "Authorization: Bearer hunter2",
        "Authorization: Digest username=ann, response=hunter2",
        "'Authorization': 'Basic hunter2'",
        "said: bearer hunter2.abc",
        '{"access_token": "hunter2"}',
        "refresh_token=hunter2, expires soon",
        "password: hunter2",
        "eyJhbGciOiJub25l.eyJzdWIiOiJodW50ZXIy.hunter2",
    ],
)
def test_secrets_are_hidden(text):
    hidden = redact(text)
    assert "hunter2" not in hidden
    assert "***" in hidden


@pytest.mark.parametrize(
    "text",
    [
        "https://wiki.corp/feed?page=2&sort=key",
        "https://wiki.corp/@ann/feed",
        "https://wiki.corp/monkey?keyword=tea&encoded=a%20b",
        "There is nothing at https://wiki.corp:8080/feed, or this account may not see it.",
    ],
)
def test_the_rest_stays_readable(text):
    assert redact(text) == text


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("30", 30),
        ("0", 0),
        (" 120 ", 120),
        ("Mon, 02 Mar 2026 10:01:00 GMT", 60),
        ("Mon, 02 Mar 2026 10:01:00", 60),
        ("Mon, 02 Mar 2026 09:00:00 GMT", 0),
        ("Mon, 02 Mar 2099 10:01:00 GMT", 3600),
        ("7200", 3600),
        ("9" * 400, 3600),
    ],
)
def test_a_wish_is_read_in_both_spellings_and_capped(value, seconds):
    wish = retry_after({"retry-after": value}, now=NOW, cap=timedelta(hours=1))
    assert wish == timedelta(seconds=seconds)


@pytest.mark.parametrize("value", ["", "soon", "-5", "1.5", "²", "Mon, 99 Mar 2026 10:01:00 GMT"])
def test_a_wish_that_makes_no_sense_is_none(value):
    assert retry_after({"retry-after": value}, now=NOW, cap=timedelta(hours=1)) is None


@pytest.mark.parametrize("name", ["x-request-id", "request-id", "x-ms-request-id", "x-correlation-id"])
def test_the_services_own_id_is_found(name):
    assert request_id({name: "4f1c-2/3"}) == "4f1c-2/3"


def test_an_id_is_short_and_harmless():
    assert request_id({"x-request-id": "<b>\n" + "a" * 500}) == "b" + "a" * 99
    assert request_id({}) == ""
