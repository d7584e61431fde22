"""A real Trac: wiki, tickets and a timeline feed, made by software that knows nothing of this project."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from tests.services import MissingServiceError, accepts, end, free_port, running

VENV = Path(__file__).resolve().parents[2] / ".venv-trac"


@dataclass
class Trac:
    """A running Trac in which visitors may write."""

    url: str
    process: subprocess.Popen[bytes]

    def write(self, page: str, text: str, comment: str = "") -> None:
        """Save a wiki page as a person does: open the form, fill it in, send it."""
        address = f"{self.url}/wiki/{page}"
        with requests.Session() as browser:
            form = browser.get(address, params={"action": "edit"}, timeout=20)
            form.raise_for_status()
            saved = browser.post(
                address,
                data={
                    "__FORM_TOKEN": _field(form.text, "__FORM_TOKEN"),
                    "version": _field(form.text, "version"),
                    "action": "edit",
                    "author": "Mei Tanaka",
                    "text": text,
                    "comment": comment,
                    "save": "Submit changes",
                },
                timeout=20,
            )
            saved.raise_for_status()
        assert "action=edit" not in saved.url, "Trac showed the form again instead of saving."

    def stop(self) -> None:
        end(self.process)


@contextmanager
def trac_server(folder: Path) -> Iterator[Trac]:
    """Make a Trac in ``folder`` and serve it until the block ends. Raises MissingServiceError."""
    if not (VENV / "bin" / "tracd").exists():
        raise MissingServiceError('Trac was not found. "make test" installs it.')
    project = folder / "project"
    _admin(project, "initenv", "Formulation wiki", "sqlite:db/trac.db")
    _admin(project, "permission", "add", "anonymous", "WIKI_CREATE", "WIKI_MODIFY")
    port = free_port()
    command = [VENV / "bin" / "tracd", "-s", "--port", str(port), "--hostname", "127.0.0.1", project]
    with running(command, ready=lambda: accepts(port), environment=_quiet()) as process:
        yield Trac(f"http://127.0.0.1:{port}", process)


def _admin(project: Path, *arguments: str) -> None:
    subprocess.run(
        [VENV / "bin" / "trac-admin", project, *arguments],
        check=True,
        env=_quiet(),
        stdout=subprocess.DEVNULL,
        timeout=120,
    )


def _quiet() -> dict[str, str]:
    """Trac's own deprecation warnings are none of ours."""
    return {**os.environ, "PYTHONWARNINGS": "ignore", "PYTHONDEVMODE": ""}


def _field(page: str, name: str) -> str:
    tag = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
    value = tag and re.search(r'value="([^"]*)"', tag.group())
    assert value, f"Trac's form has no field {name}."
    return value.group(1)
