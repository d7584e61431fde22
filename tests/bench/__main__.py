"""``make bench``: figures as ratios measured in one run, each beside its target.

``python -m tests.bench [page|quiet|ingest]...`` runs some of them.
"""

from __future__ import annotations

import platform
import sys

from tests.bench import ingest, page, quiet
from tests.bench.table import Figure, print_table

BENCHES = {"page": page.measure, "quiet": quiet.measure, "ingest": ingest.measure}


def main(names: list[str]) -> int:
    unknown = set(names) - set(BENCHES)
    if unknown:
        print(f"No bench {', '.join(sorted(unknown))}; there are: {', '.join(BENCHES)}.", file=sys.stderr)
        return 2
    figures: list[Figure] = []
    for name in names or BENCHES:
        print(f"{name} ...", file=sys.stderr)
        figures += BENCHES[name]()
    print(f"Python {platform.python_version()}, {platform.machine()}, SQLite, example site's settings\n")
    print_table(figures)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
