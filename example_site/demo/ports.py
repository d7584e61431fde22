"""Which ports the demo uses. Loopback only."""

from __future__ import annotations

import os
import socket
from pathlib import Path

USUAL_FEEDS_PORT = 8001


class PortTakenError(Exception):
    """Somebody else listens there; ``str()`` says what to do."""


def is_free(port: int) -> bool:
    """Whether a server could listen on ``port`` now."""
    with socket.socket() as probe:
        # As servers do: a port whose last connections are still fading counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def web_port() -> int:
    """``PORT``, or 8000. Raises PortTakenError when it is in use or no port at all."""
    wanted = os.environ.get("PORT") or "8000"
    if not wanted.isdecimal() or not 0 < int(wanted) < 65536:
        raise PortTakenError(f"PORT={wanted} is not a port; choose a number from 1024 to 65535.")
    port = int(wanted)
    if not is_free(port):
        other = next(
            (other for other in range(port + 10, port + 200) if other < 65536 and is_free(other)), 8080
        )
        raise PortTakenError(
            f"Port {port} is in use, or not open to you. Choose another: make demo PORT={other}"
        )
    return port


def feeds_port(memory: Path) -> int:
    """Where the example company's sites are served: the same port at every start as long as it is free.

    ``ESM_DEMO_FEEDS_PORT`` decides if it is set; else the port in the file ``memory``; else a free one,
    which is then remembered. Raises PortTakenError when the port that was asked for is in use.
    """
    asked = os.environ.get("ESM_DEMO_FEEDS_PORT", "")
    if asked:
        port = int(asked)
        if not is_free(port):
            raise PortTakenError(f"Port {port} (ESM_DEMO_FEEDS_PORT) is in use. Choose another one.")
    else:
        remembered = int(memory.read_text()) if memory.exists() else USUAL_FEEDS_PORT
        port = remembered if is_free(remembered) else _any_free_port()
    memory.write_text(f"{port}\n")
    return port


def _any_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
