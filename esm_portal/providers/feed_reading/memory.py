"""What is remembered of a feed from one run to the next: the cursor, with names and types."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any

from esm_portal.types import Cursor

ACCEPT = (
    "application/atom+xml, application/rss+xml, application/rdf+xml, application/feed+json, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, text/html;q=0.5, */*;q=0.1"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Memory:
    """A feed's cursor."""

    #: The address that was configured; another one starts afresh.
    source: str
    #: Where it permanently moved to, or "".
    url: str = ""
    #: ETag and Last-Modified, exactly as they came.
    etag: str = ""
    modified: str = ""
    #: The pause in seconds the feed itself asked for: an answer "not modified" does not repeat it.
    wish: int = 0
    #: Guids that were used twice -> fingerprint of the entry that keeps the plain guid.
    owners: dict[str, str] = field(default_factory=dict)

    @classmethod
    def from_cursor(cls, cursor: Cursor | None, source: str) -> Memory:
        """What ``cursor`` says of ``source``; nothing when it belongs to another address."""
        known: dict[str, Any] = cursor if cursor and cursor.get("source") == source else {}
        ours = {item.name: known[item.name] for item in fields(cls) if item.name in known}
        return cls(**{**ours, "source": source})

    def as_cursor(self) -> Cursor:
        """Only what is known, so that the stored cursor stays readable."""
        return {name: value for name, value in asdict(self).items() if value}

    def request_headers(self) -> dict[str, str]:
        """Ask for the feed only if it has changed."""
        headers = {"Accept": ACCEPT, "If-None-Match": self.etag, "If-Modified-Since": self.modified}
        return {name: value for name, value in headers.items() if value}
