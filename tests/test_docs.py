"""The documentation says what the code does: settings, commands, code blocks and links."""

from __future__ import annotations

import ast
import re
import shlex
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from django.core.management import get_commands, load_command_class

from esm_portal.cache import CACHABLE_TABLES
from esm_portal.conf import PortalSettings, setting_problems

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
SETTINGS_PAGE = ROOT / "docs/reference/settings.md"
COMMANDS_PAGE = ROOT / "docs/reference/commands.md"

pytestmark = pytest.mark.source


def code_blocks(page: Path, language: str) -> list[str]:
    blocks = re.findall(rf"^( *)```{language}\n(.*?)^\1```", page.read_text(), re.DOTALL | re.MULTILINE)
    return [re.sub(rf"(?m)^{indent}", "", code) for indent, code in blocks]


def all_blocks(language: str) -> list[Any]:
    return [
        pytest.param(code, id=f"{page.relative_to(ROOT)}:{number}")
        for page in PAGES
        for number, code in enumerate(code_blocks(page, language), start=1)
    ]


def command_lines() -> list[Any]:
    lines = [
        line.split("manage.py ", 1)[1]
        for page in PAGES
        for code in code_blocks(page, "sh")
        for line in code.splitlines()
        if "manage.py esm_" in line
    ]
    inline = re.findall(r"`(?:python )?manage\.py (esm_[^`]+)`", "\n".join(p.read_text() for p in PAGES))
    return sorted({*lines, *inline})


def test_every_setting_is_documented_with_its_default() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \| `([^`]+)` \|", SETTINGS_PAGE.read_text(), re.MULTILINE)
    ours = {field.name: field.default for field in fields(PortalSettings)}
    documented = {name: ast.literal_eval(value) for name, value in rows if name in ours}

    assert documented == {k: list(v) if isinstance(v, tuple) else v for k, v in ours.items()}


def test_every_setting_named_anywhere_exists() -> None:
    known = {field.name for field in fields(PortalSettings)}
    named = {key for page in PAGES for key in re.findall(r'ESM_PORTAL\["([A-Z_]+)"\]', page.read_text())}
    assert named
    assert named <= known


@pytest.mark.parametrize("code", all_blocks("python"))
def test_python_blocks_compile_and_set_what_exists(code: str) -> None:
    for node in ast.parse(code).body:
        match node:
            case ast.Assign(targets=[ast.Name(id="ESM_PORTAL")]):
                assert setting_problems(ast.literal_eval(node.value)) == {}
            case ast.Assign(
                targets=[ast.Name(id="CACHALOT_ONLY_CACHABLE_TABLES")], value=ast.Call(args=[names])
            ):
                assert set(ast.literal_eval(names)) == set(CACHABLE_TABLES)
            case ast.ImportFrom(module=str(module)) if module.startswith("esm_portal"):
                exec(compile(ast.Module([node], []), "<docs>", "exec"), {})


@pytest.mark.parametrize("line", command_lines())
def test_documented_commands_parse(line: str) -> None:
    name, *arguments = shlex.split(line)
    command = load_command_class(get_commands()[name], name)
    command.create_parser("manage.py", name).parse_args(arguments)


def test_every_command_and_option_is_documented() -> None:
    page = COMMANDS_PAGE.read_text()
    ours = [name for name in get_commands() if name.startswith("esm_")]
    for name in ours:
        assert f"## {name}" in page
        parser = load_command_class("esm_portal", name).create_parser("manage.py", name)
        inherited = load_command_class("esm_portal", "esm_status").create_parser("manage.py", "esm_status")
        options = {o for a in parser._actions for o in a.option_strings if o.startswith("--")}
        base = {o for a in inherited._actions for o in a.option_strings} - {"--json"}
        assert all(option in page for option in options - base), (name, options - base)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+?)(?:#[^)]*)?\)", page.read_text()):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"
