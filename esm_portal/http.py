"""The HTTP gate. (Interface; the implementation follows.)"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class HTTPResponse:
    """A whole answer, read within all limits."""

    status: int
    #: Address that answered, after redirects.
    url: str
    #: Where the first address permanently moved to (only 301/308 from the start), or "".
    moved_to: str
    #: Header names in lower case.
    headers: Mapping[str, str]
    content: bytes


class HTTPClient:
    """One account's way to the network."""

    def __init__(
        self,
        *,
        account_key: str,
        provider: str = "",
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
    ) -> None:
        self.request_count = 0

    def get(self, url: str, *, headers: Mapping[str, str] | None = None) -> HTTPResponse:
        raise NotImplementedError

    def get_json(self, url: str, *, headers: Mapping[str, str] | None = None) -> Any:
        raise NotImplementedError

    def close(self) -> None: ...
