"""``python -m example_site.demo``: the demo portal with its worker and its three sites, until Ctrl-C."""

from __future__ import annotations

import fcntl
import hashlib
import os
import signal
import sys
import time
import urllib.error
import urllib.request
from importlib.metadata import version
from pathlib import Path
from typing import TextIO

from example_site.demo.children import ChildDiedError, Children
from example_site.demo.ports import PortTakenError, feeds_port, web_port

SITE = Path(__file__).resolve().parent.parent
ROOT = SITE.parent
MANAGE = [sys.executable, str(SITE / "manage.py")]
#: Seconds the web server may take to answer for the first time.
START_PATIENCE = 60
#: Seconds between two looks at whether all still run.
WATCH_EVERY = 0.5


class Stopped(Exception):  # noqa: N818 (not an error)
    """Somebody pressed Ctrl-C or asked us to end."""


class AlreadyRunningError(Exception):
    """Another demo uses the same folder."""


def main() -> int:
    """Run until stopped. Returns 0 then, 1 when it cannot start or a process ended by itself."""
    data = Path(os.environ.get("ESM_DEMO_DATA", ROOT / ".demo")).resolve()
    data.mkdir(parents=True, exist_ok=True)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    try:
        with (data / "lock").open("w") as lock:
            _take(lock, data)
            port, sites = web_port(), feeds_port(data / "feeds_port")
            environment = {
                **os.environ,
                "ESM_DEMO_DATA": str(data),
                "ESM_DEMO_PORT": str(port),
                "ESM_DEMO_FEEDS_PORT": str(sites),
                "DJANGO_SETTINGS_MODULE": "example_site.settings",
            }
            with Children(env=environment, logs=data / "logs", cwd=ROOT) as children:
                _run(children, data, port, sites)
    except Stopped:
        say("\nStopped.")
        return 0
    except (AlreadyRunningError, PortTakenError, ChildDiedError) as error:
        say(str(error))
        return 1
    return 0


def _run(children: Children, data: Path, port: int, sites: int) -> None:
    begun = time.monotonic()
    module = [sys.executable, "-m"]
    state = str(data / "published.json")
    children.start("The feeds", [*module, "example_site.sandbox", "--port", str(sites), "--state", state])
    stamp = data / "loaded"
    current = _fingerprint(port, sites)
    if not (stamp.exists() and stamp.read_text() == current and (data / "db.sqlite3").exists()):
        say("Preparing the database and the demo pages (a few seconds)")
        children.run("Preparing", [*MANAGE, "load_demo", "--migrate"])
        say("Reading the company's blog, wiki and forum for the first time")
        children.run("Reading the feeds", [*MANAGE, "esm_sync"])
        stamp.write_text(current)
    children.start("The web server", [*module, "gunicorn", "--config", str(SITE / "demo" / "gunicorn.py")])
    _wait_for(f"http://127.0.0.1:{port}/", children)
    # Not before the first page is there: on a small machine the two would start at half the speed.
    children.start("The worker", [*MANAGE, "esm_worker"])
    _greet(port, sites, time.monotonic() - begun)
    while True:
        time.sleep(WATCH_EVERY)
        children.check()


def _take(lock: TextIO, data: Path) -> None:
    """Two demos on one database would take each other's ports and channels away."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise AlreadyRunningError(
            f"A demo is running already; it keeps its data in {data}. Stop it with Ctrl-C in its terminal."
        ) from None


def _greet(port: int, sites: int, seconds: float) -> None:
    say(
        f"""
  Lumière's portal is ready ({seconds:.1f} s)

    The hub     http://127.0.0.1:{port}/
    Editing     http://127.0.0.1:{port}/admin/   name: editor   password: lumiere
    Everything  the same address                name: admin    password: lumiere

  The company's own blog, wiki and forum: http://127.0.0.1:{sites}/
  They gain an entry about every 20 seconds; reload the hub to see it arrive.
  Ctrl-C stops all of it.
"""
    )


def _wait_for(url: str, children: Children) -> None:
    """Return once ``url`` answers 200. Raises ChildDiedError when it does not within a minute."""
    deadline = time.monotonic() + START_PATIENCE
    last = "no answer"
    while time.monotonic() < deadline:
        children.check()
        try:
            with urllib.request.urlopen(url, timeout=10):  # noqa: S310 (our own loopback address)
                return
        except urllib.error.HTTPError as error:
            last = f"status {error.code}"
        except OSError as error:
            last = str(error)
        time.sleep(0.1)
    raise ChildDiedError(f"The portal did not show its first page ({last}). Its log is in .demo/logs.")


def _fingerprint(port: int, sites: int) -> str:
    """Changes with everything the database is prepared from: addresses, migrations, pages, packages."""
    digest = hashlib.sha256(f"{port} {sites}".encode())
    for package in ("wagtail", "django", "django-tasks-db", "django-tasks", "wagtail-modeladmin"):
        digest.update(f"{package} {version(package)}".encode())
    files = [*ROOT.glob("esm_portal/**/migrations/*.py"), *SITE.glob("portal/**/*.py")]
    for file in sorted(files):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _stop(_number: int, _frame: object) -> None:
    raise Stopped


def say(message: str) -> None:
    sys.stdout.write(f"{message}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
