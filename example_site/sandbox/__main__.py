"""``python -m example_site.sandbox --port 8001``: publish the company's blog, wiki and forum."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

from example_site.sandbox.pool import load_sources
from example_site.sandbox.server import Sandbox, SandboxServer
from example_site.sandbox.stream import Stream


def main() -> int:
    """Serve until told to stop. Returns 1 when the port is taken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--state", type=Path, help="file that remembers what is published over a restart")
    options = parser.parse_args()
    # A plain exit on SIGTERM, so that nothing is cut off in the middle of a write.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    sources = load_sources()
    try:
        server = SandboxServer(Sandbox(sources, Stream(sources, state=options.state)), options.port)
    except OSError as error:
        sys.stderr.write(f"Port {options.port} cannot be used: {error.strerror}.\n")
        return 1
    with server:
        sys.stdout.write(f"Serving http://127.0.0.1:{server.server_port}/\n")
        sys.stdout.flush()
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
