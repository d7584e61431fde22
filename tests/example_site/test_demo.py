"""``make demo`` from its own point of view: everything comes up, shows posts, and goes away again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from bs4 import BeautifulSoup

from example_site.demo.ports import PortTakenError, feeds_port, web_port

# "make demo" starts from the source tree and brings its own database.
pytestmark = pytest.mark.source

ROOT = Path(__file__).resolve().parent.parent.parent
#: Seconds a start may take on a slow machine; nothing here asserts speed.
PATIENCE = 90


class Demo:
    """A running demo: a real process with real children."""

    def __init__(self, data: Path, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/"
        self.said = ""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "example_site.demo"],
            cwd=ROOT,
            env={**os.environ, "PORT": str(port), "ESM_DEMO_DATA": str(data)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        with self.process.stdout as stream:
            for line in stream:
                self.said += line

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while "is ready" not in self.said:
            assert self.process.poll() is None, self.said
            assert time.monotonic() < deadline, self.said
            time.sleep(0.05)

    def family(self) -> dict[int, str]:
        """Process id -> command line of everything it started, however deep."""
        listing = subprocess.run(
            ["ps", "-ww", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True
        )
        rows = [line.split(maxsplit=2) for line in listing.stdout.splitlines()]
        found: dict[int, str] = {}
        parents = {self.process.pid}
        while parents:
            children = {int(pid): args for pid, parent, args in rows if int(parent) in parents}
            found |= children
            parents = set(children)
        return found

    def wait(self) -> int:
        code = self.process.wait(PATIENCE)
        self._reader.join()
        return code


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all demos of this module: the first start fills it."""
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def port() -> int:
    """The same for all starts: another one would have the demo prepare itself anew."""
    return free_port()


@pytest.fixture
def start(data: Path, port: int) -> Iterator[Callable[[], Demo]]:
    demos: list[Demo] = []

    def begin() -> Demo:
        demos.append(Demo(data, port))
        demos[-1].wait_until_ready()
        return demos[-1]

    yield begin
    for demo in demos:
        demo.process.send_signal(signal.SIGTERM)
        demo.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def page(url: str) -> BeautifulSoup:
    with urlopen(url, timeout=30) as response:
        assert response.status == 200
        assert "default-src 'self'" in response.headers["Content-Security-Policy"]
        return BeautifulSoup(response.read(), "html.parser")


def assert_gone(family: dict[int, str]) -> None:
    listing = subprocess.run(["ps", "-eo", "pid=,stat="], capture_output=True, text=True, check=True)
    states = dict(line.split() for line in listing.stdout.splitlines())
    # Z: ended, and only waiting to be buried by whoever runs this machine.
    assert not {pid: command for pid, command in family.items() if states.get(str(pid), "Z")[0] != "Z"}


@pytest.mark.timeout(240)
def test_the_hub_shows_posts_that_came_over_http_and_ctrl_c_leaves_nobody_behind(
    data: Path, start: Callable[[], Demo]
) -> None:
    demo = start()
    hub = page(demo.url)
    assert len(hub.select("article")) >= 6
    assert "Bring your own empty" in hub.text
    assert "Has anyone kept a water-free stick" not in hub.text  # the forum is for people who are signed in
    assert "name: editor" in demo.said
    for link in hub.select("head link[rel=stylesheet], head link[rel=icon]"):
        with urlopen(demo.url + str(link["href"]).lstrip("/")) as response:
            assert response.status == 200
    family = demo.family()
    for part in ("example_site.sandbox", "gunicorn", "esm_worker"):
        assert any(part in command for command in family.values()), family
    second = Demo(data, free_port())
    assert second.wait() == 1
    assert "running already" in second.said
    demo.process.send_signal(signal.SIGINT)
    assert demo.wait() == 0
    assert demo.said.rstrip().endswith("Stopped.")
    assert_gone(family)
    with pytest.raises(URLError):
        urlopen(demo.url)


@pytest.mark.timeout(240)
def test_a_later_start_prepares_nothing_and_a_child_that_dies_ends_it_by_name(
    data: Path, start: Callable[[], Demo]
) -> None:
    if not (data / "loaded").exists():
        first = start()
        first.process.send_signal(signal.SIGTERM)
        assert first.wait() == 0
    demo = start()
    assert "Preparing" not in demo.said
    family = demo.family()
    worker = next(pid for pid, command in family.items() if "esm_worker" in command)
    with suppress(ProcessLookupError):
        os.kill(worker, signal.SIGKILL)
    assert demo.wait() == 1
    assert "The worker stopped" in demo.said
    assert_gone(family)


def test_a_taken_port_is_named_with_a_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        with pytest.raises(PortTakenError, match=rf"Port {port} is in use.*make demo PORT=\d+"):
            web_port()


@pytest.mark.parametrize("wanted", ["http", "0", "70000", "-1"])
def test_what_is_no_port_is_refused(monkeypatch: pytest.MonkeyPatch, wanted: str) -> None:
    monkeypatch.setenv("PORT", wanted)
    with pytest.raises(PortTakenError, match="not a port"):
        web_port()


def test_the_feeds_keep_their_port_until_somebody_else_has_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("ESM_DEMO_FEEDS_PORT", raising=False)
    memory = tmp_path / "feeds_port"
    first = free_port()
    memory.write_text(f"{first}\n")
    assert feeds_port(memory) == first
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", first))
        taken.listen()
        other = feeds_port(memory)
        assert other != first
    assert feeds_port(memory) == other
    monkeypatch.setenv("ESM_DEMO_FEEDS_PORT", str(first))
    assert feeds_port(memory) == first
