"""Run the suite against the esm_portal that is installed, from a folder that holds no copy of the source.

Called by tox, in the folder to use; arguments go to pytest.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: Everything the suite needs of the source tree; the package and the links to it stay behind.
PARTS = ("tests", "example_site", "docs", "scripts", "pyproject.toml", "README.md", "CHANGELOG.md")


def main(arguments: list[str]) -> int:
    """Copy the suite here and run it; returns pytest's exit code."""
    here = Path.cwd()
    if here == ROOT or ROOT / "esm_portal" in here.parents:
        raise SystemExit("Run this in a folder of its own.")
    for part in PARTS:
        source, target = ROOT / part, here / part
        if source.is_dir():
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.exists():
            shutil.copy(source, target)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    environment = {**os.environ, "ESM_PORTAL_INSTALLED": "1"}
    return subprocess.run(command, cwd=here, env=environment).returncode


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
