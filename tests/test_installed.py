"""In the matrix the suite runs against the wheel: it must not find the source tree by accident."""

from __future__ import annotations

import os
import sysconfig
from pathlib import Path

import django
import pytest
import wagtail

import esm_portal


def test_the_package_under_test_is_the_one_meant() -> None:
    home = Path(esm_portal.__file__).resolve().parent.parent
    if os.environ.get("ESM_PORTAL_INSTALLED") == "1":
        assert home == Path(sysconfig.get_path("purelib")).resolve()
    else:
        assert (home / "pyproject.toml").exists()


@pytest.mark.skipif("TOX_ENV_NAME" not in os.environ, reason="only the matrix promises versions")
def test_the_matrix_tests_the_versions_it_names() -> None:
    promised = os.environ["TOX_ENV_NAME"].split("-")[1:]

    assert promised == [
        "wagtail{}{}".format(*wagtail.VERSION[:2]),
        "django{}{}".format(*django.VERSION[:2]),
    ]
