"""Connections that go only to checked addresses, and a session that uses no others."""

from __future__ import annotations

import logging
import socket
import ssl
import threading
import time
from functools import cached_property
from http.cookiejar import DefaultCookiePolicy
from types import TracebackType
from typing import Any, ClassVar

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from esm_portal import __version__
from esm_portal.conf import get_settings
from esm_portal.http_errors import redact
from esm_portal.net import Reach, resolve

logger = logging.getLogger("esm_portal.http")


class Watchdog:
    """Ends a call that takes longer than ``seconds``, by shutting its socket down.

    A socket's own timeout counts anew with every byte, so a server that drips bytes never meets it.
    """

    def __init__(self, seconds: float) -> None:
        self.expired = False
        self._deadline = time.monotonic() + seconds
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> Watchdog:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()

    def remaining(self) -> float:
        """Seconds left, more than 0. Raises TimeoutError when there are none."""
        left = self._deadline - time.monotonic()
        if self.expired or left <= 0:
            self.expired = True
            raise TimeoutError("The time for the whole call is over.")
        return left

    def watch(self, connected: socket.socket) -> None:
        """Guard this socket from now on. Raises TimeoutError when the time is over already."""
        self._socket = connected
        self.remaining()

    def _end(self) -> None:
        self.expired = True
        if self._socket is not None:
            try:
                # Not SSLSocket.shutdown: that would pull the TLS object from under the reading thread.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
            except OSError:
                logger.debug("The connection was closed before its time was over.")


class Guard:
    """What the connections of one session share: how far they reach, and the call's watchdog."""

    def __init__(self, reach: Reach) -> None:
        self.reach = reach
        self.watchdog: Watchdog | None = None

    def connect(self, host: str, port: int, timeout: float, options: Any) -> socket.socket:
        """A socket to the first checked address that answers. Raises UnsafeAddress, or OSError."""
        failure = OSError("The name has no address.")
        for family, address in resolve(host, port, self.reach):
            connection = socket.socket(family, socket.SOCK_STREAM)
            try:
                for option in options or ():
                    connection.setsockopt(*option)
                connection.settimeout(min(timeout, self.watchdog.remaining()) if self.watchdog else timeout)
                connection.connect(address)
            except OSError as error:
                connection.close()
                failure = error
            else:
                return connection
        raise failure

    def watch(self, connection: HTTPConnection) -> None:
        if self.watchdog and isinstance(connection.sock, socket.socket):
            self.watchdog.watch(connection.sock)


class _Connection(HTTPConnection):
    guard: ClassVar[Guard]

    def _new_conn(self) -> socket.socket:
        timeout = (
            self.timeout if isinstance(self.timeout, int | float) else get_settings().HTTP_CONNECT_TIMEOUT
        )
        return self.guard.connect(self._dns_host, self.port, timeout, self.socket_options)

    def connect(self) -> None:
        super().connect()
        self.guard.watch(self)

    def request(self, *args: Any, **kwargs: Any) -> None:
        self.guard.watch(self)  # a connection kept open from an earlier call
        super().request(*args, **kwargs)


class _TLSConnection(_Connection, HTTPSConnection):
    """TLS over a checked address; the certificate is still checked against the host name."""


class GuardedAdapter(HTTPAdapter):
    """Opens the connections of one session; none of them is shared with a session of another reach."""

    def __init__(self, guard: Guard) -> None:
        super().__init__()
        plain = type("Connection", (_Connection,), {"guard": guard})
        tls = type("TLSConnection", (_TLSConnection,), {"guard": guard})
        self.poolmanager.pool_classes_by_scheme = {
            "http": type("Pool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
            "https": type("TLSPool", (HTTPSConnectionPool,), {"ConnectionCls": tls}),
        }

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        # The system's certificates (SSL_CERT_FILE and SSL_CERT_DIR count) besides those of requests:
        # an intranet's certificates come from the company's own authority.
        return ssl.create_default_context()

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: Any, cert: Any = None
    ) -> tuple[Any, Any]:
        host, pool = super().build_connection_pool_key_attributes(request, verify, cert)
        if host["scheme"] == "https":
            pool["ssl_context"] = self._tls
        return host, pool


class Session(requests.Session):
    """A session whose connections obey one guard and which keeps no cookies."""

    def __init__(self, guard: Guard) -> None:
        super().__init__()
        self.guard = guard
        self.trust_env = False
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.headers.update({"User-Agent": f"esm_portal/{__version__}", "Accept-Encoding": "gzip, deflate"})
        self.mount("http://", GuardedAdapter(guard))
        self.mount("https://", GuardedAdapter(guard))

    def get_redirect_target(self, _resp: requests.Response) -> str | None:
        # Even with allow_redirects=False requests would read a redirect's whole body, however large.
        return None


class _RedactingFilter(logging.Filter):
    """urllib3 logs whole request targets, and headers it cannot read, with the tokens in them."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                redact(str(arg)) if isinstance(arg, str | Exception) else arg for arg in record.args
            )
        record.exc_info = None
        return True


for _name in ("urllib3.connection", "urllib3.connectionpool"):
    logging.getLogger(_name).addFilter(_RedactingFilter())
