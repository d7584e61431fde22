from __future__ import annotations

from datetime import timedelta

import pytest

from esm_portal.providers.feed_reading.document import number, syndication_seconds, wish_of


@pytest.mark.parametrize(
    ("seconds", "cache_control", "wish"),
    [
        (0, "", None),
        (3600, "", timedelta(hours=1)),
        (0, "public, max-age=1800", timedelta(minutes=30)),
        (3600, 'MAX-AGE="1800"', timedelta(hours=1)),
        (60, "no-cache, max-age=0", None),
        (0, "max-age=31536000", timedelta(days=1)),
        (0, "max-age=99999999999999999999", None),
        (0, "max-age=soon", None),
    ],
)
def test_a_wish_is_between_five_minutes_and_a_day(seconds, cache_control, wish):
    assert wish_of(seconds, {"cache-control": cache_control}) == wish


@pytest.mark.parametrize(
    ("ttl", "period", "frequency", "seconds"),
    [
        ("60", None, None, 3600),
        (None, "daily", "4", 21600),
        (None, " Hourly ", None, 3600),
        ("120", "hourly", "1", 7200),
        ({}, "sometimes", "0", 0),
    ],
)
def test_the_longer_pause_counts(ttl, period, frequency, seconds):
    assert syndication_seconds(ttl, period, frequency) == seconds


def test_only_plain_digits_are_a_number():
    assert [number(text) for text in ("7", " 7 ", "-7", "7.5", "٧", "", None, "9" * 50)] == [
        7,
        7,
        0,
        0,
        0,
        0,
        0,
        0,
    ]
