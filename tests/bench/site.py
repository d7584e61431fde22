"""A throwaway copy of the example site: its own data folder, migrated, ready for one bench."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def data_folder() -> Iterator[Path]:
    """A folder for database, cache and files; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="esm-portal-bench-") as folder:
        yield Path(folder)


def environment(folder: Path, feeds_port: int = 1) -> dict[str, str]:
    """Environment of a process of the example site whose data are in ``folder``."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "example_site.settings",
        "ESM_DEMO_DATA": str(folder),
        "ESM_DEMO_FEEDS_PORT": str(feeds_port),
        "PYTHONDEVMODE": "",
    }


def python(folder: Path, *arguments: str, feeds_port: int = 1) -> str:
    """Run Python with ``arguments`` on the site; returns what it printed."""
    result = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment(folder, feeds_port),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return result.stdout


def migrate(folder: Path) -> None:
    """Create the database."""
    python(folder, "example_site/manage.py", "migrate", "--verbosity", "0")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextmanager
def running(command: list[str], port: int, env: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A server process that listens on ``port``; ended by pid afterwards."""
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL) as process:
        try:
            for _ in range(200):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            else:
                raise RuntimeError(f"{command[0]} did not start.")
            yield process
        finally:
            process.terminate()
