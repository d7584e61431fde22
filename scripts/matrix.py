"""Run the suite against the built wheel on every supported stack this machine has a Python for."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main(arguments: list[str]) -> int:
    """Call tox where it finds every Python there is; returns its exit code."""
    found = [folder for minor in (11, 12, 13, 14) if (folder := python_folder(minor))]
    path = os.pathsep.join([*found, os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "UV_PYTHON_DOWNLOADS": "never"}
    tox = Path(sys.executable).with_name("tox")
    return subprocess.run([tox, "run", *arguments], cwd=ROOT, env=environment).returncode


def python_folder(minor: int) -> str | None:
    """The folder of a Python 3.``minor`` that runs, or None."""
    name = f"python3.{minor}"
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    candidates = [shutil.which(name), *sorted(pyenv.glob(f"versions/3.{minor}.*/bin/{name}"), reverse=True)]
    for candidate in candidates:
        # pyenv puts a script on the path for every version it has, which only works for the chosen one.
        if candidate and runs(candidate):
            return str(Path(candidate).parent)
    return None


def runs(python: str | Path) -> bool:
    command = [python, "-c", "import ensurepip, sqlite3, ssl"]
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True).returncode == 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
