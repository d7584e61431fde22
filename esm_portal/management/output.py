"""How commands speak: a bar for a person, plain lines for a pipe, one document for ``--json``."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterable, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder
from tqdm import tqdm

#: The command was called wrongly.
USAGE = 2


class PortalCommand(BaseCommand):
    """Base of our commands: ``--json`` where ``json_output``; exit code 0, 1 (failed) or 2 (usage)."""

    json_output = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        if self.json_output:
            parser.add_argument("--json", action="store_true", help="Print one JSON document.")

    def usage_error(self, message: str) -> NoReturn:
        """End with exit code 2."""
        raise CommandError(message, returncode=USAGE)

    def write_json(self, document: Any) -> None:
        """Print ``document`` as the only output."""
        self.stdout.write(json.dumps(document, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2))

    def write_table(self, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Print rows in columns for a person, tab-separated for a pipe."""
        lines = [list(headings), *([_cell(value) for value in row] for row in rows)]
        if not self.stdout.isatty():
            for line in lines:
                self.stdout.write("\t".join(line))
            return
        widths = [max(len(line[column]) for line in lines) for column in range(len(headings))]
        for line in lines:
            cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
            self.stdout.write("  ".join(cells).rstrip())


class Progress:
    """A bar over ``total`` steps when a person is watching ``command``'s output; silent otherwise."""

    def __init__(self, command: BaseCommand, total: int, *, unit: str, quiet: bool = False) -> None:
        shown = command.stdout.isatty() and not quiet
        self._bar = tqdm(total=total, unit=f" {unit}", disable=not shown, leave=False, dynamic_ncols=True)

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _value: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self._bar.close()

    def now(self, words: str) -> None:
        """Say what is going on beside the bar."""
        self._bar.set_postfix_str(words)

    def step(self) -> None:
        """One step is done."""
        self._bar.update()


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    return "" if value is None else str(value).replace("\t", " ").replace("\n", " ")
