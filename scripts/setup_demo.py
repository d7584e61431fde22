"""Set up what ``make demo`` needs: ``.venv-demo`` with the package and a web server, once.

Needs nothing but Python's standard library; a second run takes a few hundredths of a second.
"""

from __future__ import annotations

import shutil
import subprocess
import sys

from setup import ROOT, ensure_venv_module, is_current, mark_current, run, say

VENV = ROOT / ".venv-demo"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "example_site" / "requirements.txt"


def main() -> int:
    if sys.version_info < (3, 11):  # noqa: UP036 (whoever runs this may have an older one)
        found = sys.version.split()[0]
        say(f"Python 3.11 or newer is needed; this is {found}. Try: make demo PYTHON=python3.11")
        return 1
    sources = [ROOT / "pyproject.toml", REQUIREMENTS]
    if is_current(VENV, sources):
        return 0
    try:
        make_environment()
    except subprocess.CalledProcessError as error:
        command = " ".join(str(part) for part in error.cmd)
        say(f"Set-up stopped: {command}\n{(error.stdout or '').strip()}")
        return 1
    mark_current(VENV, sources)
    return 0


def make_environment() -> None:
    """A virtual environment, made when there is none and filled by uv, which takes a fifth of pip's time."""
    uv = shutil.which("uv") or str(VENV / "bin" / "uv")
    if not PYTHON.exists():
        say("Making the virtual environment .venv-demo (once, about half a minute)")
        if shutil.which("uv"):
            run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, VENV])
        else:
            ensure_venv_module()
            run([sys.executable, "-m", "venv", "--clear", VENV])
    if not shutil.which(uv):
        run([PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "uv"])
    say("Installing esm_portal and a web server into .venv-demo")
    run([uv, "pip", "install", "--quiet", "--python", PYTHON, "--requirement", REQUIREMENTS])


if __name__ == "__main__":
    raise SystemExit(main())
