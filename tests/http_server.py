"""A small real web server on loopback that may misbehave in any way, and a fake DNS."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

#: Taken at import: within a test, names are cut off from the network.
_look_up = socket.getaddrinfo

Behaviour = Callable[["Handler"], None]


@dataclass
class Request:
    path: str
    headers: dict[str, str]


@dataclass
class Server:
    """``server.on("/x", behaviour)``; ``server.requests`` is what came in."""

    port: int
    routes: dict[str, Behaviour] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    #: Set when the test is over: behaviours that go on for ever look at it.
    over: threading.Event = field(default_factory=threading.Event)

    def on(self, path: str, behaviour: Behaviour) -> str:
        """Answer ``path`` with ``behaviour``; returns its address."""
        self.routes[path] = behaviour
        return self.url(path)

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    @property
    def paths(self) -> list[str]:
        return [request.path for request in self.requests]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    site: Server

    def setup(self) -> None:
        super().setup()
        self.site.connections += 1

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.site.requests.append(Request(self.path, headers))
        behaviour = self.site.routes.get(self.path.partition("?")[0], answer(b"", status=404))
        try:
            behaviour(self)
        except OSError:  # the client hung up on us, as it should
            self.close_connection = True

    def log_message(self, *args: object) -> None: ...


def answer(body: bytes = b"hello", status: int = 200, **headers: str) -> Behaviour:
    """A well-behaved answer; ``Retry_After="3"`` becomes the header ``Retry-After: 3``."""

    def behave(handler: Handler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        if status != 304:
            handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return behave


def redirect(location: str, status: int = 302) -> Behaviour:
    return answer(b"see there", status=status, Location=location)


def raw(data: bytes) -> Behaviour:
    """Send exactly these bytes and hang up."""

    def behave(handler: Handler) -> None:
        handler.wfile.write(data)
        handler.close_connection = True

    return behave


def drip(start: bytes, drop: bytes, pause: float = 0.05) -> Behaviour:
    """Send ``start`` at once, then ``drop`` again and again, for ever."""

    def behave(handler: Handler) -> None:
        handler.wfile.write(start)
        while not handler.site.over.wait(pause):
            handler.wfile.write(drop)
        handler.close_connection = True

    return behave


def flood(start: bytes, chunk: bytes, times: int) -> Behaviour:
    """Send ``start``, then ``chunk`` ``times`` times as fast as the client reads."""

    def behave(handler: Handler) -> None:
        handler.wfile.write(start)
        for _ in range(times):
            handler.wfile.write(chunk)
        handler.close_connection = True

    return behave


@contextmanager
def serve(tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """A server on a free port of 127.0.0.1, until the block ends."""
    site = Server(port=0)
    handler = type("SiteHandler", (Handler,), {"site": site})

    class Listener(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None: ...

    with Listener(("127.0.0.1", 0), handler) as listener:
        if tls:
            listener.socket = tls.wrap_socket(
                listener.socket, server_side=True, do_handshake_on_connect=False
            )
        site.port = listener.server_address[1]
        thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield site
        finally:
            site.over.set()
            listener.shutdown()
            thread.join()


class FakeDNS:
    """Stands in for ``socket.getaddrinfo``; each answer of a name is used once, the last one for ever."""

    def __init__(self) -> None:
        self.names: dict[str, list[list[str]]] = {}
        self.asked: list[str] = []

    def add(self, name: str, *answers: list[str]) -> None:
        self.names[name] = list(answers)

    def __call__(self, host: str, port: int, *args: object, **kwargs: object) -> list[tuple]:
        host = host.rstrip(".")
        self.asked.append(host)
        if host in self.names:
            answers = self.names[host]
            addresses = answers.pop(0) if len(answers) > 1 else answers[0]
            return [
                (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (address, port, 0, 0))
                if ":" in address
                else (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
                for address in addresses
            ]
        try:
            return _look_up(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
        except socket.gaierror:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known") from None
