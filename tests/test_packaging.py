"""The wheel as people get it: what is in it, and that a new Wagtail site runs with it as the README says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "esm_portal"

pytestmark = [pytest.mark.source, pytest.mark.timeout(400)]

#: A page with a feed block, then the page as a visitor gets it.
VISIT = """
from django.test import Client
from esm_portal.models import Account, Channel, Post
from esm_portal.pages.models import HubPage
from django.utils import timezone
from wagtail.models import Site

channel = Channel.objects.create(
    account=Account.objects.create(provider="feeds", name="Blogs"), external_id="https://blog.example/feed",
    name="Plant blog", audience="everyone",
)
Post.objects.create(
    channel=channel, external_id="1", title="Refills double in Jakarta", published_at=timezone.now(),
    synced_at=timezone.now(), content_hash="1",
)
page = HubPage(title="Hub", slug="hub")
page.body = [{"type": "post_feed", "value": {"heading": "News", "channels": [channel.pk]}}]
Site.objects.get().root_page.add_child(instance=page)
response = Client(headers={"host": "localhost"}).get("/hub/")
print(response.status_code, "Refills double in Jakarta" in response.text)
"""


@pytest.fixture(scope="module")
def uv() -> str:
    found = shutil.which("uv", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    assert found, 'uv was not found; "make test" installs it.'
    return found


@pytest.fixture(scope="module")
def wheel(uv: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, so that no file an earlier build left behind gets in."""
    source = tmp_path_factory.mktemp("source") / "esm_portal"
    ignored = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "build")
    shutil.copytree(ROOT, source, symlinks=True, ignore=ignored)
    run(uv, "build", "--quiet", "--wheel", "--out-dir", source / "dist", cwd=source)
    return next((source / "dist").glob("*.whl"))


@pytest.fixture(scope="module")
def site(uv: str, wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., str]:
    """Call with a command for manage.py of a new site, set up as the README says; returns its output."""
    folder = tmp_path_factory.mktemp("site")
    python = folder / "venv" / "bin" / "python"
    run(uv, "venv", "--quiet", "--python", sys.executable, folder / "venv")
    run(uv, "pip", "install", "--quiet", "--python", python, f"{wheel}[worker]")
    run(python.with_name("wagtail"), "start", "portal", cwd=folder)
    project = folder / "portal"
    with (project / "portal" / "settings" / "base.py").open("a") as settings:
        settings.write(
            textwrap.dedent("""
            site_apps = INSTALLED_APPS
            {readme}
            INSTALLED_APPS = INSTALLED_APPS + site_apps
            CACHES["default"]["LOCATION"] = BASE_DIR / "cache"
            ALLOWED_HOSTS = ["localhost"]
        """).format(readme="\n".join(readme_settings()))
        )

    def manage(*arguments: str) -> str:
        return run(python, "-W", "error::RuntimeWarning", "manage.py", *arguments, cwd=project)

    return manage


def readme_settings() -> list[str]:
    """The settings the README tells people to add."""
    blocks = re.findall(
        r"^ *```python\n(.*?)^ *```", (ROOT / "README.md").read_text(), re.DOTALL | re.MULTILINE
    )
    return [textwrap.dedent(block) for block in blocks]


def run(*command: str | Path, cwd: Path | None = None) -> str:
    # Neither the source tree nor this suite's settings may help the installed package along.
    hidden = ("PYTHONPATH", "DJANGO_SETTINGS_MODULE", "PYTHONDEVMODE", "VIRTUAL_ENV")
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    result = subprocess.run(
        command, cwd=cwd, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    assert result.returncode == 0, f"{command} said: {result.stdout}{result.stderr}"
    return result.stdout + result.stderr


def test_everything_of_the_package_is_in_the_wheel_and_nothing_else(wheel: Path) -> None:
    expected = {
        path.relative_to(ROOT).as_posix()
        for path in PACKAGE.rglob("*")
        if path.is_file() and path.suffix not in (".pyc", ".po", ".pot")
    }
    with ZipFile(wheel) as archive:
        found = {name for name in archive.namelist() if ".dist-info/" not in name}

    assert found == expected
    for part in ("templates/", "static/", "migrations/0001_initial.py", "pages/migrations/", "blocks/"):
        assert any(name.startswith(f"esm_portal/{part}") for name in found), f"The wheel lacks {part}"
    assert "esm_portal/py.typed" in found


def test_a_new_site_runs_with_the_wheel_as_the_readme_says(site: Callable[..., str]) -> None:
    # What "wagtail start" itself leaves open: calls to other hosts, SQLite without a write-ahead log.
    assert set(re.findall(r"\((\w+\.\w\d+)\)", site("check"))) <= {
        f"esm_portal.W{n:03}" for n in (12, 13, 14)
    }
    site("migrate", "--verbosity", "0")
    assert "No changes detected" in site("makemigrations", "--check", "--dry-run")
    assert "esm_portal/esm.css" in site("findstatic", "esm_portal/esm.css")
    assert "200 True" in site("shell", "--command", VISIT)
    assert "Plant blog" in site("esm_status")
