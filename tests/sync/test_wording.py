from __future__ import annotations

import pytest
from django.db import DatabaseError

from esm_portal.exceptions import ServiceUnavailable
from esm_portal.models import ChannelState
from esm_portal.sync.wording import advice, explain


@pytest.mark.parametrize("kind", [kind for kind in ChannelState.ErrorKind if kind])
def test_every_error_has_something_to_do(kind: str) -> None:
    assert advice(kind).endswith(".")


def test_no_error_needs_no_advice() -> None:
    assert advice("") == ""


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ServiceUnavailable("It is down.", status_code=503), "It is down."),
        (DatabaseError("database is locked"), "busy"),
        (OSError(28, "No space left on device"), "room"),
        (DatabaseError("something else"), "could not store"),
        (KeyError("secret"), "portal itself"),
    ],
)
def test_an_editor_reads_plain_words(error: Exception, words: str) -> None:
    assert words in explain(error)
    assert "secret" not in explain(error)
