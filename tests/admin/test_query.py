from __future__ import annotations

import pytest
from django.http import QueryDict

from esm_portal.admin.query import allowed_query, is_boolean, is_ordering, is_page, is_pk, is_search

RULES = {"p": is_page, "q": is_search, "o": is_ordering(3), "is_active__exact": is_boolean, "channel": is_pk}


@pytest.mark.parametrize(
    "query",
    ["p=2", "q=blog+posts", "o=-0.2", "is_active__exact=1", "channel=12", "q=x&p=1&is_active__exact=0"],
)
def test_what_a_list_offers_is_kept(query: str) -> None:
    kept, left_out = allowed_query(QueryDict(query), RULES)
    assert kept.dict() == QueryDict(query).dict()
    assert not left_out


@pytest.mark.parametrize(
    "query",
    [
        "channel__account__encrypted_credentials__startswith=gAAA",
        "requested_by__password__startswith=pbkdf2",
        "is_active__exact__in=1",
        "is_active=1",
        "is_active__exact=yes",
        "p=-1",
        "p=1e9",
        "p=١",
        "o=3",
        "o=-",
        "o=0.account__name",
        "channel=0 OR 1=1",
        "channel=99999999999999999999",
        "q=%00",
        "q=" + "x" * 201,
        "e=1",
        "export=csv",
        "_popup=1",
    ],
)
def test_anything_else_is_left_out(query: str) -> None:
    kept, left_out = allowed_query(QueryDict(query), RULES)
    assert kept.dict() == {}
    assert left_out


def test_a_repeated_parameter_counts_once() -> None:
    kept, _left_out = allowed_query(QueryDict("channel=1&channel=2"), RULES)
    assert kept.getlist("channel") == ["2"]
