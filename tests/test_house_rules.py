"""Rules of the house that no linter knows: sizes, names, who may read what, and nothing of one machine."""

from __future__ import annotations

import ast
import re
import statistics
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "esm_portal"

pytestmark = pytest.mark.source


def modules(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*.py") if "migrations" not in path.parts)


ALL_MODULES = [
    module for name in ("esm_portal", "example_site", "scripts", "tests") for module in modules(ROOT / name)
]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module or ""


def test_modules_stay_small() -> None:
    def limit(path: Path) -> int:
        return 400 if {"tests", "models"} & set(path.parts) else 300

    assert {name(path): lines(path) for path in ALL_MODULES if lines(path) > limit(path)} == {}
    sizes = [size for path in modules(PACKAGE) if (size := lines(path)) > 1]
    assert statistics.median(sizes) < 120


def test_functions_stay_short() -> None:
    lengths = sorted(
        (node.end_lineno or node.lineno) - node.lineno + 1
        for path in modules(PACKAGE)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    assert statistics.median(lengths) < 10
    assert lengths[int(len(lengths) * 0.95)] < 40


def test_no_module_has_a_name_that_says_nothing() -> None:
    empty_words = {"utils.py", "helpers.py", "common.py", "misc.py"}
    assert [name(path) for path in ALL_MODULES if path.name in empty_words] == []


@pytest.mark.parametrize("folder", ["blocks", "pages", "templatetags"])
def test_what_renders_reads_through_selectors(folder: str) -> None:
    readers = [
        f"{name(path)}:{node.lineno}"
        for path in modules(PACKAGE / folder)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in ("objects", "_default_manager", "_base_manager")
    ]
    assert readers == []


def test_only_conf_reads_django_settings() -> None:
    readers = [name(path) for path in modules(PACKAGE) if "django.conf" in imports(path)]
    assert readers == ["esm_portal/conf.py"]


@pytest.mark.parametrize("link", ["blocks", "templates"])
def test_the_links_at_the_top_are_for_people_only(link: str) -> None:
    assert (ROOT / link).is_symlink()
    assert (ROOT / link).resolve() == PACKAGE / link
    users = [name(path) for path in ALL_MODULES for module in imports(path) if module.split(".")[0] == link]
    assert users == []


def test_nothing_names_a_machine_or_a_registry() -> None:
    # Written apart, so that this file does not find itself.
    banned = re.compile(
        "|".join(["/" + "work/", "/" + "root/", "/" + r"home/\w", "pypi" + r"\.org", "npmjs" + r"\.org"])
    )
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    files = [ROOT / path for path in tracked.stdout.split("\0") if path]
    found = [
        name(path) for path in files if path.is_file() and banned.search(path.read_text(errors="ignore"))
    ]
    assert files
    assert found == []
