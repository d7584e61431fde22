from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from esm_portal.sync.clean import clean_post
from esm_portal.sync.decide import (
    Known,
    dates_of,
    longest_wish,
    next_failure,
    next_success,
    plan_batch,
    plausible,
)
from esm_portal.testing import make_post

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def test_a_batch_is_split_into_new_changed_and_unchanged() -> None:
    old, same, new = (clean_post(make_post(id_)) for id_ in ("1", "2", "3"))
    known = {"1": Known(10, "another hash", NOW), "2": Known(20, same.content_hash, NOW)}

    plan = plan_batch([old, same, new, new], known)

    assert plan.to_update == (old,)
    assert plan.to_create == (new,)
    assert plan.unchanged == 1
    assert plan.repeated == ("3",)


@pytest.mark.parametrize("year", [1601, 1970, 1989, 2999])
def test_a_date_that_cannot_be_right_is_replaced_by_when_it_was_first_seen(year: int) -> None:
    post = clean_post(make_post("1", published_at=datetime(year, 1, 1, tzinfo=UTC)))

    assert dates_of(post, None, now=NOW, position=0)[0] == NOW


def test_an_undated_post_keeps_the_date_it_was_first_seen() -> None:
    post = clean_post(make_post("1", published_at=None))
    first_seen = NOW - 30 * DAY

    assert dates_of(post, Known(1, "", first_seen), now=NOW, position=0)[0] == first_seen


def test_undated_posts_of_one_batch_keep_their_order() -> None:
    posts = [clean_post(make_post(id_, published_at=None)) for id_ in "abc"]
    dates = [dates_of(post, None, now=NOW, position=i)[0] for i, post in enumerate(posts)]

    assert dates == sorted(dates, reverse=True)
    assert len(set(dates)) == 3


def test_a_clock_a_little_ahead_is_believed() -> None:
    assert plausible(NOW + timedelta(hours=2), NOW) == NOW + timedelta(hours=2)


@pytest.mark.parametrize(
    ("wish", "expected"),
    [(None, 10 * MINUTE), (MINUTE, 10 * MINUTE), (60 * MINUTE, 60 * MINUTE), (30 * DAY, DAY)],
)
def test_next_success_is_the_longer_of_interval_and_wish_up_to_the_cap(
    wish: timedelta | None, expected: timedelta
) -> None:
    assert next_success(NOW, 10 * MINUTE, wish, DAY, 0) == NOW + expected


def test_jitter_only_ever_makes_the_pause_longer() -> None:
    assert next_success(NOW, 10 * MINUTE, None, DAY, 0.1) == NOW + 11 * MINUTE


def test_the_circuit_opens_at_the_threshold_and_grows_to_the_cap() -> None:
    pauses = [next_failure(NOW, 10 * MINUTE, n, 5, None, DAY, 0) - NOW for n in range(1, 14)]

    assert pauses[:4] == [10 * MINUTE] * 4
    assert pauses[4:7] == [20 * MINUTE, 40 * MINUTE, 80 * MINUTE]
    assert pauses[-1] == DAY
    assert next_failure(NOW, 10 * MINUTE, 10_000, 5, None, DAY, 0) == NOW + DAY


def test_retry_after_is_never_undercut() -> None:
    assert next_failure(NOW, MINUTE, 1, 5, 30 * MINUTE, DAY, 0) == NOW + 30 * MINUTE


def test_the_longest_wish_of_a_run_counts() -> None:
    assert longest_wish([None, MINUTE, DAY]) == DAY
    assert longest_wish([None]) is None
