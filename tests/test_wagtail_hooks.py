from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse


@pytest.mark.django_db
@pytest.mark.parametrize("model", ["channel", "post"])
def test_the_choosers_open(model: str, client: Client) -> None:
    from esm_portal import viewsets

    client.force_login(User.objects.create_superuser("root"))
    viewset = getattr(viewsets, f"{model}_chooser_viewset")
    assert client.get(reverse(viewset.get_url_name("choose"))).status_code == 200
