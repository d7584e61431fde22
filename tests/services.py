"""Throwaway servers for tests: PostgreSQL and Redis on loopback, in a folder of their own, gone afterwards.

Also a command: ``python -m tests.services find PROGRAM`` says where a program is, and
``python -m tests.services postgres COMMAND...`` runs COMMAND with TEST_DATABASE_URL set to a new server.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

START_SECONDS = 30


class MissingServiceError(RuntimeError):
    """A program that a test needs is not on this machine; str() says how to get it."""


def find_program(name: str) -> Path | None:
    """Where ``name`` is, or None. CHROMIUM in the environment names a browser to use instead."""
    if name == "chromium":
        return _find_chromium()
    if on_path := shutil.which(name):
        return Path(on_path)
    # Debian keeps the server's programs out of the path, one folder per version; the newest wins.
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    return next((folder / name for folder in reversed(folders) if (folder / name).exists()), None)


def _find_chromium() -> Path | None:
    if chosen := os.environ.get("CHROMIUM"):
        return Path(chosen) if Path(chosen).exists() else None
    for name in ("chromium", "chromium-browser", "google-chrome"):
        # On Ubuntu "chromium" may be a script that only says to install a snap.
        if (path := shutil.which(name)) and _answers([path, "--version"]):
            return Path(path)
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    return next(iter(sorted(cache.glob("chromium-*/chrome-linux*/chrome"), reverse=True)), None)


def free_port() -> int:
    """A loopback port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def redis_server() -> Iterator[str]:
    """A Redis that keeps nothing; yields its URL. Raises MissingServiceError."""
    program = _need("redis-server")
    port = free_port()
    options = ["--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no"]
    with (
        _folder("redis", None) as folder,
        running([program, *options, "--dir", folder], ready=lambda: accepts(port)),
    ):
        yield f"redis://127.0.0.1:{port}/0"


@contextmanager
def postgres_server() -> Iterator[str]:
    """A PostgreSQL without passwords and without durability; yields its URL. Raises MissingServiceError."""
    initdb, postgres, is_ready = _need("initdb"), _need("postgres"), _need("pg_isready")
    user = _unprivileged_user()
    with _folder("postgres", user) as folder:
        port = free_port()
        # Durability is bought with fsync; these rows live for minutes.
        quick = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]
        listen = ["-c", "listen_addresses=127.0.0.1", "-p", str(port), "-k", folder]
        make = [initdb, "-D", f"{folder}/data", "-U", "tests", "-A", "trust", "-E", "UTF8", "--locale=C"]
        subprocess.run(
            [*make, "--no-sync"], check=True, user=user, stdout=subprocess.DEVNULL, cwd=folder, timeout=120
        )
        with running(
            [postgres, "-D", f"{folder}/data", *listen, *quick],
            user=user,
            cwd=folder,
            stop=signal.SIGINT,
            ready=lambda: _answers([is_ready, "-q", "-h", "127.0.0.1", "-p", str(port)]),
        ):
            yield f"postgresql://tests@127.0.0.1:{port}/postgres"


@contextmanager
def running(
    command: Sequence[str | Path],
    *,
    ready: Callable[[], bool],
    user: str | None = None,
    cwd: str | None = None,
    environment: Mapping[str, str] | None = None,
    stop: signal.Signals = signal.SIGTERM,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server until the block ends, then end exactly that process.

    Raises RuntimeError, with what the server printed, when it stops early or is not ready in time.
    """
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            user=user,
            cwd=cwd,
            env=environment,
        )
        try:
            deadline = time.monotonic() + START_SECONDS
            while not ready():
                if process.poll() is not None or time.monotonic() > deadline:
                    output.seek(0)
                    raise RuntimeError(f"{command[0]} did not start: {output.read().decode()[-2000:]}")
                time.sleep(0.05)
            yield process
        finally:
            end(process, stop)


def end(process: subprocess.Popen[bytes], stop: signal.Signals = signal.SIGTERM) -> None:
    """End ``process``, by force when it does not listen. Does nothing when it has ended."""
    if process.poll() is None:
        process.send_signal(stop)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def accepts(port: int) -> bool:
    """Whether something listens on a loopback port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _need(name: str) -> Path:
    if path := find_program(name):
        return path
    raise MissingServiceError(f'{name} was not found. "make test" installs it where it may.')


def _unprivileged_user() -> str | None:
    """PostgreSQL refuses to run as root: the user to become, or None to stay who we are."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


@contextmanager
def _folder(name: str, owner: str | None) -> Iterator[str]:
    path = tempfile.mkdtemp(prefix=f"esm-portal-{name}-")
    try:
        if owner:
            shutil.chown(path, owner)
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def _answers(command: Sequence[str | Path]) -> bool:
    quiet = subprocess.DEVNULL
    try:
        return subprocess.run(command, stdin=quiet, stdout=quiet, stderr=quiet, timeout=20).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def main(arguments: Sequence[str]) -> int:
    match arguments:
        case ["find", name]:
            print(find_program(name) or "")
            return 0 if find_program(name) else 1
        case ["postgres", *command] if command:
            with postgres_server() as url:
                return subprocess.run(command, env={**os.environ, "TEST_DATABASE_URL": url}).returncode
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    try:
        raise SystemExit(main(sys.argv[1:]))
    except MissingServiceError as missing:
        required = os.environ.get("REQUIRE_ALL") == "1"
        print(f"{'FAILED' if required else 'Skipped'}: {missing}", file=sys.stderr)
        raise SystemExit(1 if required else 0) from None
