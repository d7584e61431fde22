"""A feed server for benches: ``python -m tests.bench.feeds PORT FEEDS ENTRIES``.

Serves /feed/<n>.xml as RSS 2.0 with an ETag and answers /requests with how many requests came.
"""

from __future__ import annotations

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BODY = (
    "<p>Entry {e} of feed {n}: the <b>refill counter</b> served 218 people before noon; the "
    '<a href="/plan/{e}">plan</a> and the <em>protocol</em> are in the wiki. Three plants have asked for '
    "the drawings, Lyon will send them on Friday. Questions about the pump belong in the thread below, since "
    "everyone who runs one reads along.</p><ul><li>Cleaning takes nine minutes.</li>"
    "<li>Spare seals: see https://parts.example/seal?id={e}</li></ul><p>Thank you, Recife.</p>"
)


def feed(number: int, entries: int) -> bytes:
    """One RSS 2.0 document."""
    items = "".join(
        f"<item><title>Entry {e} of feed {number}</title><link>https://blog.example/{number}/{e}</link>"
        f"<guid>https://blog.example/{number}/{e}</guid><dc:creator>Author {e % 40}</dc:creator>"
        f"<pubDate>Mon, 02 Nov 2026 10:{e // 60 % 60:02}:{e % 60:02} GMT</pubDate><category>refill</category>"
        f"<description><![CDATA[{BODY.format(e=e, n=number)}]]></description></item>"
        for e in range(entries)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
        f"<title>Feed {number}</title><link>https://blog.example/{number}/</link>"
        f"<description>Bench</description>{items}</channel></rss>"
    ).encode()


def main(port: int, feeds: int, entries: int) -> None:
    documents = {f"/feed/{number}.xml": feed(number, entries) for number in range(feeds)}
    requests: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if self.path == "/requests":
                self._send(200, str(len(requests)).encode())
                return
            requests.append(self.path)
            if self.headers.get("If-None-Match") == '"1"':
                self._send(304, b"")
            else:
                self._send(200, documents[self.path])

        def _send(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("ETag", '"1"')
            self.send_header("Content-Type", "application/rss+xml")
            if status != 304:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            pass

    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
