from __future__ import annotations

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from esm_portal.models import SyncRun
from tests.admin.fakes import make_channel


@pytest.mark.django_db
def test_a_run_tells_what_happened(as_user: Callable[..., Client]) -> None:
    run = SyncRun.objects.create(
        channel=make_channel(),
        trigger="command",
        outcome="failed",
        message="No answer.",
        detail="line 1\n<line 2>",
    )
    response = as_user("view_syncrun").get(reverse("social_runs_modeladmin_inspect", args=[run.pk]))
    soup = BeautifulSoup(response.content, "html.parser")
    facts = {dt.text: dt.find_next("dd").text.strip() for dt in soup.select("dl dt")}  # type: ignore[union-attr]
    assert facts["Outcome"] == "Failed"
    assert facts["Started by"] == "Command line"
    assert facts["New"] == "0"
    assert facts["Detail for IT"] == "line 1\n<line 2>"
