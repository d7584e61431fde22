"""Processes the demo starts: each with a log, all stopped together, by their own process ids."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

#: Seconds a process gets to end by itself before it is killed.
PATIENCE = 8
PR_SET_PDEATHSIG = 1


class ChildDiedError(Exception):
    """A process ended although nobody asked it to; ``str()`` says which and shows its last words."""


class Children:
    """A context manager: what was started inside is stopped on the way out, the last one first."""

    def __init__(self, *, env: Mapping[str, str], logs: Path, cwd: Path) -> None:
        self._env = dict(env)
        self._logs = logs
        self._cwd = cwd
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._libc = ctypes.CDLL(None) if sys.platform == "linux" else None

    def __enter__(self) -> Children:
        self._logs.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # A second Ctrl-C while the first is being obeyed must not leave anybody behind.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        self.stop()

    def start(self, name: str, command: Sequence[str]) -> None:
        """Start ``command`` in the background; what it says goes to ``<name>.log``."""
        with self._log(name).open("wb") as log:
            self._running[name] = self._popen(command, stdout=log, stderr=subprocess.STDOUT)

    def run(self, name: str, command: Sequence[str]) -> None:
        """Run ``command`` to its end before the person's eyes. Raises ChildDiedError when it fails."""
        process = self._running[name] = self._popen(command)
        code = process.wait()
        del self._running[name]
        if code:
            raise ChildDiedError(f"{name} failed (exit code {code}).")

    def check(self) -> None:
        """Raises ChildDiedError when one of those in the background has ended."""
        for name, process in self._running.items():
            code = process.poll()
            if code is not None:
                log = self._log(name)
                tail = "\n".join(f"    {line}" for line in _last_lines(log))
                raise ChildDiedError(
                    f"{name} stopped (exit code {code}), so the demo stops. Last lines of {log}:\n{tail}"
                )

    def stop(self) -> None:
        """End all, and whatever they started themselves; returns when nobody is left."""
        processes = [self._running.pop(name) for name in reversed(list(self._running))]
        for process in processes:
            _signal_group(process, signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE
        for process in processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(deadline - time.monotonic(), 0.1))
            # Also when the process itself is gone: one of its own children may have stayed.
            _signal_group(process, signal.SIGKILL)
            process.wait()

    def _popen(self, command: Sequence[str], **streams: Any) -> subprocess.Popen[bytes]:
        # A session of its own: Ctrl-C reaches only us, and a whole family can be signalled by its group.
        return subprocess.Popen(  # noqa: S603 (our own programs)
            command,
            cwd=self._cwd,
            env=self._env,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=self._die_with_parent,
            **streams,
        )

    def _die_with_parent(self) -> None:
        """Runs in the child: even if we are killed outright, Linux then ends it."""
        if self._libc:
            self._libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)

    def _log(self, name: str) -> Path:
        return self._logs / f"{name.lower().replace(' ', '_')}.log"


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def _last_lines(log: Path, count: int = 15) -> list[str]:
    return log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:]
