from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from esm_portal.models import Account, Channel, ChannelState
from tests.admin.fakes import errors, healthy, make_channel

pytestmark = pytest.mark.django_db


@pytest.fixture
def channel() -> Channel:
    return make_channel("News", state=healthy(cursor={"etag": "1"}))


def save(client: Client, channel: Channel, **changes: Any) -> Any:
    form = {
        "external_id": channel.external_id,
        "name": channel.name,
        "language": "",
        "audience": "nobody",
        "is_active": "on",
        "sync_interval": "",
    }
    return client.post(reverse("social_channels_modeladmin_edit", args=[channel.pk]), form | changes)


def test_an_editor_decides_name_language_and_audience(
    as_user: Callable[..., Client], channel: Channel
) -> None:
    group = Group.objects.create(name="Paris")
    before = ChannelState.objects.get(channel=channel).version
    changes = {"name": "Journal", "language": "fr", "audience": "groups", "audience_groups": [str(group.pk)]}
    response = save(as_user("change_channel"), channel, **changes, sync_interval="60")
    assert response.status_code == 302, errors(response)
    channel.refresh_from_db()
    assert (channel.name, channel.language) == ("Journal", "fr")
    assert (channel.audience, channel.sync_interval) == ("groups", 60)
    assert list(channel.audience_groups.all()) == [group]
    assert channel.state.version > before  # pages notice
    assert channel.state.cursor == {"etag": "1"}


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"audience": "groups"}, "Choose at least one group."),
        ({"audience": "friends"}, "friends"),
        ({"audience": "groups", "audience_groups": ["99999"]}, "99999"),
        ({"name": ""}, "required"),
        ({"sync_interval": "1"}, "5"),
        ({"external_id": "https://blog.example/Taken"}, "already reads that channel"),
    ],
)
def test_what_cannot_be_is_refused_and_kept_on_the_form(
    as_user: Callable[..., Client], channel: Channel, changes: dict[str, Any], complaint: str
) -> None:
    make_channel("Taken")
    response = save(as_user("change_channel"), channel, **changes)
    assert response.status_code == 200
    assert complaint in errors(response)
    channel.refresh_from_db()
    assert (channel.audience, channel.name) == ("nobody", "News")


def test_a_new_address_is_read_from_its_beginning(as_user: Callable[..., Client], channel: Channel) -> None:
    before = ChannelState.objects.get(channel=channel).next_sync_at
    save(as_user("change_channel"), channel, external_id="https://moved.example/feed")
    state = ChannelState.objects.get(channel=channel)
    assert state.cursor is None
    assert state.next_sync_at
    assert before
    assert state.next_sync_at < before


def test_the_account_cannot_be_exchanged(as_user: Callable[..., Client], channel: Channel) -> None:
    other = Account.objects.create(provider="feeds", name="Other")
    save(as_user("change_channel"), channel, account=str(other.pk))
    channel.refresh_from_db()
    assert channel.account != other


def test_sync_now_is_offered_to_those_who_may(as_user: Callable[..., Client], channel: Channel) -> None:
    address = reverse("esm_portal_admin:sync", args=[channel.pk])
    index = reverse("social_channels_modeladmin_index")
    assert address not in as_user("view_channel").get(index).text
    client = as_user("view_channel", "sync_channel")
    assert address in client.get(index).text
    Channel.objects.update(is_active=False)
    assert address not in client.get(index).text


def test_the_list_says_who_may_see_it(as_user: Callable[..., Client], channel: Channel) -> None:
    channel.audience = "groups"
    channel.save()
    channel.audience_groups.add(Group.objects.create(name="Paris"))
    assert (
        "Members of Paris see its posts."
        in as_user("view_channel").get(reverse("social_channels_modeladmin_index")).text
    )
