"""The sandbox over HTTP: conditional requests and gzip, as a company's own servers answer."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from example_site.sandbox import feeds, media, pages
from example_site.sandbox.pool import Source, load_people
from example_site.sandbox.stream import Stream

#: As many entries as a feed carries; older ones keep their page.
FEED_LENGTH = 40
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, kw_only=True, slots=True)
class Resource:
    """What stands at an address."""

    body: bytes
    mime_type: str
    #: When it last changed (UTC), or None when that is not known.
    modified_at: datetime | None = None

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.body).hexdigest()[:20]}"'


class Sandbox:
    """The company's sites: path in, resource out."""

    def __init__(self, sources: tuple[Source, ...], stream: Stream) -> None:
        self.sources = {source.key: source for source in sources}
        self.people = load_people()
        self.stream = stream

    def find(self, path: str, base: str) -> Resource | None:
        """What stands at ``path``; None for nothing. ``base`` is the address the reader used."""
        match [part for part in path.split("/") if part]:
            case []:
                return Resource(body=pages.start_page(tuple(self.sources.values())), mime_type=HTML)
            case ["style.css"]:
                return Resource(body=pages.STYLE, mime_type="text/css")
            case ["media", name]:
                return self._file(name)
            case ["people", key] if key in self.people:
                return Resource(body=pages.person_page(self.people[key]), mime_type=HTML)
            case [key] if key in self.sources:
                body = pages.source_page(self.sources[key], self.stream.published(key))
                return Resource(body=body, mime_type=HTML)
            case [key, name] if key in self.sources:
                return self._of_source(self.sources[key], name, base)
        return None

    def _of_source(self, source: Source, name: str, base: str) -> Resource | None:
        items, now = self.stream.published(source.key), self.stream.now()
        if name == source.feed:
            shown = items[:FEED_LENGTH]
            body = feeds.render(source, shown, base, now)
            newest = max(item.updated_at(now) for item in shown)
            return Resource(body=body, mime_type=source.mime_type, modified_at=newest)
        found = next((item for item in items if item.slug == name), None)
        if found is None:
            return None
        return Resource(body=pages.entry_page(source, found, now), mime_type=HTML)

    def _file(self, name: str) -> Resource | None:
        slug, _, ending = name.rpartition(".")
        entry = next(
            (entry for source in self.sources.values() for entry in source.entries if entry.slug == slug),
            None,
        )
        if entry and entry.picture and ending == "png":
            return Resource(body=media.png(slug), mime_type="image/png")
        if entry and entry.document and ending == "pdf":
            return Resource(body=media.pdf(entry.document), mime_type="application/pdf")
        return None


def is_unchanged(resource: Resource, if_none_match: str, if_modified_since: str) -> bool:
    """Whether the reader's copy is still good. An ETag outweighs a date (RFC 9110, 13.2.2)."""
    if if_none_match:
        tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
        return resource.etag in tags or "*" in tags
    if not (if_modified_since and resource.modified_at):
        return False
    try:
        known = parsedate_to_datetime(if_modified_since)
    except ValueError:
        return False
    return resource.modified_at <= (known if known.tzinfo else known.replace(tzinfo=UTC))


class Handler(BaseHTTPRequestHandler):
    server: SandboxServer
    server_version = "Lumiere"
    sys_version = ""
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        base = f"http://127.0.0.1:{self.server.server_port}"
        resource = self.server.sandbox.find(self.path.partition("?")[0], base)
        if resource is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        unchanged = is_unchanged(
            resource, self.headers.get("If-None-Match", ""), self.headers.get("If-Modified-Since", "")
        )
        self.send_response(HTTPStatus.NOT_MODIFIED if unchanged else HTTPStatus.OK)
        self.send_header("ETag", resource.etag)
        self.send_header("Vary", "Accept-Encoding")
        if resource.modified_at:
            self.send_header("Last-Modified", format_datetime(resource.modified_at, usegmt=True))
        if unchanged:
            self.end_headers()
            return
        body = resource.body
        if "gzip" in self.headers.get("Accept-Encoding", "") and not resource.mime_type.startswith("image/"):
            body = gzip.compress(body, mtime=0)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Type", resource.mime_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body:
            self.wfile.write(body)


class SandboxServer(ThreadingHTTPServer):
    """Serves ``sandbox`` on loopback; port 0 takes a free one. Raises OSError when the port is taken."""

    daemon_threads = True

    def __init__(self, sandbox: Sandbox, port: int) -> None:
        self.sandbox = sandbox
        super().__init__(("127.0.0.1", port), Handler)
