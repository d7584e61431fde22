"""A page with one 20-post block against the same page without it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from statistics import median

from tests.bench.site import data_folder, environment, free_port, migrate, python, running
from tests.bench.table import Figure

ROUNDS = 5
SECONDS = 4
READERS = 4


def measure() -> list[Figure]:
    """Requests per second under gunicorn with two workers, in turns; queries in one process."""
    port = free_port()
    with data_folder() as folder:
        migrate(folder)
        site = json.loads(python(folder, "-m", "tests.bench.program", "pages").splitlines()[-1])
        python(folder, "example_site/manage.py", "collectstatic", "--no-input", "--verbosity", "0")
        server = [
            *(sys.executable, "-m", "gunicorn", "example_site.wsgi", "--workers", "2"),
            *("--bind", f"127.0.0.1:{port}", "--log-level", "warning"),
        ]
        with running(server, port, environment(folder)):
            figures = [
                _ratio(f"{who} page with a 20-post block, warm: rate / without it", port, cookie)
                for who, cookie in (("anonymous", ""), ("signed-in", site["cookie"]))
            ]
    return [
        *figures,
        Figure(
            "warm block: queries more than the page without it",
            site["warm"],
            f"{site['bare']} queries",
            1,
            at_least=False,
        ),
        Figure(
            "cold block, 1 channel and 20 posts: queries more",
            site["cold_small"],
            "as above",
            6,
            at_least=False,
        ),
        Figure(
            "cold block, 50 channels and 10,000 posts: queries more",
            site["cold_large"],
            "as above",
            6,
            at_least=False,
        ),
    ]


def _ratio(what: str, port: int, cookie: str) -> Figure:
    for path in ("/with/", "/without/"):
        check(port, path, cookie)
    rates: dict[str, list[float]] = {"/with/": [], "/without/": []}
    for _ in range(ROUNDS):
        for path, measured in rates.items():
            measured.append(rate(port, path, cookie))
    ratio = median(a / b for a, b in zip(rates["/with/"], rates["/without/"], strict=True))
    absolute = f"{median(rates['/with/']):,.0f} against {median(rates['/without/']):,.0f} requests/s"
    return Figure(what, ratio, absolute, 0.9)


def check(port: int, path: str, cookie: str) -> None:
    """A redirect or an error page would be fast: assert that this is the page."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", path, headers={"Cookie": cookie})
    response = connection.getresponse()
    body = response.read().decode()
    assert response.status == 200, (path, response.status)
    assert body.count("<article") == (20 if path == "/with/" else 0), body.count("<article")
    connection.close()


def rate(port: int, path: str, cookie: str) -> float:
    """Requests per second: by wrk where it is installed, else by threads of this process."""
    if shutil.which("wrk"):
        url = f"http://127.0.0.1:{port}{path}"
        command = ["wrk", "-t1", f"-c{READERS}", f"-d{SECONDS}s", "-H", f"Cookie: {cookie}", url]
        output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        assert "Non-2xx" not in output, output
        found = re.search(r"Requests/sec:\s+([\d.]+)", output)
        assert found, output
        return float(found[1])
    deadline = time.monotonic() + SECONDS
    with ThreadPoolExecutor(READERS) as pool:
        counts = pool.map(lambda _: _read_until(deadline, port, path, cookie), range(READERS))
        return sum(counts) / SECONDS


def _read_until(deadline: float, port: int, path: str, cookie: str) -> int:
    count = 0
    while time.monotonic() < deadline:
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", path, headers={"Cookie": cookie})
        response = connection.getresponse()
        assert response.status == 200
        response.read()
        connection.close()
        count += 1
    return count
