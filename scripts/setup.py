"""Set up what ``make test`` needs, quietly, and once: needs nothing but Python's standard library.

Makes ``.venv`` (the package, editable, with its development groups) and ``.venv-trac`` (a real Trac, apart
because it pins an old setuptools), and sees to a browser, Redis and PostgreSQL. What is there already is
left alone, so a second run takes a fraction of a second.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
TRAC_VENV = ROOT / ".venv-trac"
PYTHON = VENV / "bin" / "python"
UV = VENV / "bin" / "uv"
#: Trac 1.6 still imports pkg_resources, which setuptools dropped after 80; cgi left Python in 3.13.
TRAC_REQUIREMENTS = ("trac>=1.6,<1.7", "setuptools<81", "legacy-cgi; python_version >= '3.13'")
#: Program -> Debian package that brings it.
DEBIAN_PACKAGES = {
    "chromium": "chromium",
    "redis-server": "redis-server",
    "postgres": "postgresql",
    "ps": "procps",
}


def main() -> int:
    if sys.version_info < (3, 11):  # noqa: UP036 (whoever runs this may have an older one)
        say(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}. Try: make PYTHON=python3.11")
        return 1
    try:
        set_up_environment()
        set_up_trac()
        set_up_programs()
    except subprocess.CalledProcessError as error:
        command = " ".join(str(part) for part in error.cmd)
        say(f"Set-up stopped: {command}\n{(error.stdout or '').strip()}")
        return 1
    return 0


def set_up_environment() -> None:
    """``.venv`` with the package and every development group; made anew when pyproject.toml changed."""
    if is_current(VENV, [ROOT / "pyproject.toml"]):
        return
    if not PYTHON.exists():
        say("Making the virtual environment .venv")
        ensure_venv_module()
        run([sys.executable, "-m", "venv", VENV])
    if not UV.exists():
        run([PYTHON, "-m", "pip", "install", "--quiet", "uv"])
    say("Installing esm_portal and what its tests need")
    groups = ["--group", "dev", "--group", "bench"]
    run([UV, "pip", "install", "--quiet", "--python", PYTHON, "--editable", ".", *groups])
    mark_current(VENV, [ROOT / "pyproject.toml"])


def set_up_trac() -> None:
    """``.venv-trac`` with Trac, whose timeline feed is the suite's real input."""
    if is_current(TRAC_VENV, [Path(__file__)]):
        return
    say("Installing Trac in an environment of its own")
    run([UV, "venv", "--quiet", "--clear", "--python", PYTHON, TRAC_VENV])
    run([UV, "pip", "install", "--quiet", "--python", TRAC_VENV / "bin" / "python", *TRAC_REQUIREMENTS])
    mark_current(TRAC_VENV, [Path(__file__)])


def set_up_programs() -> None:
    """A browser, Redis and PostgreSQL: from Debian when that is allowed; else say what will be skipped."""
    missing = [program for program in DEBIAN_PACKAGES if not find(program)]
    if missing and (apt := apt_command()):
        packages = [DEBIAN_PACKAGES[program] for program in missing]
        say(f"Installing {', '.join(packages)} with apt-get")
        environment = {"DEBIAN_FRONTEND": "noninteractive"}
        run([*apt, "update", "-qq"], environment, check=False)
        run([*apt, "install", "-qq", "-y", "--no-install-recommends", *packages], environment, check=False)
    for program in missing:
        if not find(program) and not (program == "chromium" and install_playwright_browser()):
            say(
                f"{program} was not found and could not be installed; the tests that need it are skipped. "
                f'On Debian and Ubuntu, "apt-get install {DEBIAN_PACKAGES[program]}" brings it.'
            )


def install_playwright_browser() -> bool:
    """Fetch Playwright's own Chromium; says whether it is there afterwards."""
    say("Fetching Playwright's own Chromium")
    dependencies = ["--with-deps"] if os.geteuid() == 0 and shutil.which("apt-get") else []
    result = run([PYTHON, "-m", "playwright", "install", *dependencies, "chromium"], check=False)
    return result.returncode == 0


def find(program: str) -> Path | None:
    """Where the suite itself would find ``program``; run there because it knows the rules."""
    result = run([PYTHON, "-m", "tests.services", "find", program], check=False)
    return Path(result.stdout.strip()) if result.returncode == 0 else None


def apt_command() -> list[str] | None:
    """apt-get as this user may run it without being asked for a password, or None."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return ["apt-get"]
    if shutil.which("sudo") and run(["sudo", "-n", "true"], check=False).returncode == 0:
        return ["sudo", "-n", "--preserve-env=DEBIAN_FRONTEND", "apt-get"]
    return None


def ensure_venv_module() -> None:
    """Debian ships Python without ensurepip; bring it where that is allowed."""
    if run([sys.executable, "-c", "import ensurepip"], check=False).returncode == 0:
        return
    package = f"python3.{sys.version_info.minor}-venv"
    if not (apt := apt_command()):
        raise SystemExit(f"This Python cannot make virtual environments: install {package} first.")
    run([*apt, "update", "-qq"], check=False)
    run([*apt, "install", "-qq", "-y", package], {"DEBIAN_FRONTEND": "noninteractive"})


def is_current(venv: Path, sources: Sequence[Path]) -> bool:
    """Whether ``venv`` was made from ``sources`` as they are now, by an interpreter that still works."""
    stamp = venv / ".made-from"
    return stamp.exists() and stamp.read_text() == fingerprint(sources) and (venv / "bin/python").exists()


def mark_current(venv: Path, sources: Sequence[Path]) -> None:
    (venv / ".made-from").write_text(fingerprint(sources))


def fingerprint(sources: Sequence[Path]) -> str:
    digest = hashlib.sha256(str(ROOT).encode())
    for source in sources:
        digest.update(source.read_bytes())
    return digest.hexdigest()


def run(
    command: Sequence[str | Path], environment: Mapping[str, str] | None = None, *, check: bool = True
) -> subprocess.CompletedProcess[str]:
    """Run quietly; what the command printed is shown only when it fails."""
    return subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "UV_PYTHON_DOWNLOADS": "never", **(environment or {})},
        check=check,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def say(message: str) -> None:
    print(f"set-up: {message}", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
