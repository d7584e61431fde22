"""Which query-string parameters a list may have.

wagtail-modeladmin hands every parameter to the ORM, also lookups that span relations: by counting rows a
person who may only see a list could read password hashes and stored secrets letter by letter. So each
list names its parameters, and what a parameter may say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from django.http import QueryDict

#: Says whether a parameter may have this value.
Rule: TypeAlias = Callable[[str], bool]

#: Longest search text; more is no search and costs the database a lot.
MAX_SEARCH = 200


def is_page(value: str) -> bool:
    return re.fullmatch(r"[0-9]{1,6}", value) is not None


def is_search(value: str) -> bool:
    # PostgreSQL answers a NUL in a string with an error.
    return len(value) <= MAX_SEARCH and "\0" not in value


def is_pk(value: str) -> bool:
    return re.fullmatch(r"[0-9]{1,18}", value) is not None


def is_boolean(value: str) -> bool:
    return value in {"0", "1"}


def is_ordering(columns: int) -> Rule:
    """A rule for "2.-0": column numbers below ``columns``, each with a direction."""

    def rule(value: str) -> bool:
        if len(value) > 50 or re.fullmatch(r"-?[0-9]{1,2}(\.-?[0-9]{1,2})*", value) is None:
            return False
        return all(int(part.lstrip("-")) < columns for part in value.split("."))

    return rule


def allowed_query(query: QueryDict, rules: Mapping[str, Rule]) -> tuple[QueryDict, bool]:
    """What remains of ``query`` under ``rules``, and whether anything had to be left out."""
    kept = QueryDict(mutable=True)
    for name in query:
        rule, value = rules.get(name), query[name]
        if rule is not None and isinstance(value, str) and rule(value):
            kept[name] = value
    kept._mutable = False  # as Django makes request.GET
    return kept, set(kept) != set(query)
