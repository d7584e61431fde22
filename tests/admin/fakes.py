"""Stand-ins and rows that the tests of the admin share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar

from bs4 import BeautifulSoup
from django.contrib.auth.models import Group, Permission, User
from django.utils import timezone

from esm_portal.models import Account, Channel, ChannelState, Post
from esm_portal.testing import FakeProvider

FAKE_PATH = "tests.admin.fakes.FakeFeeds"


class FakeFeeds(FakeProvider):
    """A feeds provider that needs no network."""

    id: ClassVar[str] = "feeds"
    name: ClassVar[str] = "Feeds"
    credential_help: ClassVar[Mapping[str, str]] = {
        "username": "For feeds behind a sign-in.",
        "password": "Belongs to the user name.",
    }


def errors(response: Any) -> str:
    """What the forms on a page complain of."""
    soup = BeautifulSoup(response.content, "html.parser")
    return " ".join(tag.text for tag in soup.select(".error-message, .errorlist"))


def make_user(*codenames: str, admin: bool = True) -> User:
    """A person with exactly these permissions of ours, who may open the Wagtail admin or not."""
    user = User.objects.create_user(f"person{User.objects.count()}")
    group = Group.objects.create(name=f"group of {user.username}")
    wanted = Permission.objects.filter(content_type__app_label="esm_portal", codename__in=codenames)
    assert wanted.count() == len(codenames)
    group.permissions.set(wanted)
    if admin:
        group.permissions.add(Permission.objects.get(codename="access_admin"))
    user.groups.add(group)
    return user


def make_channel(name: str = "News", *, state: dict[str, Any] | None = None, **fields: Any) -> Channel:
    """A channel of the feeds account; ``state`` is written over its state."""
    account = fields.pop("account", None) or Account.objects.get_or_create(provider="feeds", name="Blogs")[0]
    fields.setdefault("external_id", f"https://blog.example/{name}")
    channel = Channel.objects.create(account=account, name=name, **fields)
    if state:
        ChannelState.objects.filter(channel=channel).update(**state)
    return channel


def healthy(**changes: Any) -> dict[str, Any]:
    """The state of a channel that was read a minute ago."""
    now = timezone.now()
    good = {"last_success_at": now - timedelta(minutes=1), "next_sync_at": now + timedelta(minutes=10)}
    return {**good, **changes}


def make_post(channel: Channel, number: int = 1, **fields: Any) -> Post:
    now = timezone.now()
    values = {
        "title": f"Post {number}",
        "clean_html": f"<p>Text <em>{number}</em></p>",
        "text": f"Text {number}",
        "published_at": now - timedelta(hours=number),
        "synced_at": now,
        "content_hash": "x",
    }
    return Post.objects.create(channel=channel, external_id=str(number), **{**values, **fields})
