"""Rows for tests. ``make_*`` functions build what takes more than one row."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import factory
from django.contrib.auth.models import Group, Permission, User
from django.utils.html import format_html
from factory.django import DjangoModelFactory
from wagtail.models import Page, Site

from esm_portal.models import Account, Attachment, Audience, Author, Channel, ChannelState, Post, SyncRun
from esm_portal.pages.models import FeedPage, FeedPageChannel, HubPage
from esm_portal.types import AttachmentKind, PostKind

#: The newest post of a factory is this old unless a test says otherwise; each further one an hour older.
START = datetime(2026, 11, 24, 9, 40, tzinfo=UTC)


class AccountFactory(DjangoModelFactory[Account]):
    class Meta:
        model = Account

    provider = "feeds"
    name = factory.Sequence(lambda n: f"Account {n}")


class ChannelFactory(DjangoModelFactory[Channel]):
    """A channel open to everyone; ``groups=[...]`` opens it to those only."""

    class Meta:
        model = Channel
        skip_postgeneration_save = True

    account = factory.SubFactory(AccountFactory)
    external_id = factory.Sequence(lambda n: f"https://blog.example/{n}/feed")
    name = factory.Sequence(lambda n: f"Channel {n}")
    audience = Audience.EVERYONE

    @factory.post_generation
    def groups(self: Any, create: bool, extracted: Any, **_kwargs: Any) -> None:
        if extracted:
            self.audience = Audience.GROUPS
            self.save()
            self.audience_groups.set(extracted)


class AuthorFactory(DjangoModelFactory[Author]):
    class Meta:
        model = Author

    account = factory.SubFactory(AccountFactory)
    external_id = factory.Sequence(lambda n: f"person-{n}")
    name = factory.Sequence(lambda n: f"Person {chr(65 + n % 26)}. Number{n}")


class PostFactory(DjangoModelFactory[Post]):
    class Meta:
        model = Post

    channel = factory.SubFactory(ChannelFactory)
    external_id = factory.Sequence(lambda n: f"post-{n}")
    author = factory.SubFactory(AuthorFactory, account=factory.SelfAttribute("..channel.account"))
    kind = PostKind.POST.value
    title = ""
    text = factory.Sequence(lambda n: f"Text of post {n}")
    clean_html = factory.LazyAttribute(lambda post: format_html("<p>{}</p>", post.text))
    url = factory.LazyAttribute(lambda post: f"https://blog.example/{post.external_id}")
    published_at = factory.Sequence(lambda n: START - timedelta(hours=n))
    synced_at = START
    content_hash = factory.LazyAttribute(lambda post: hashlib.sha256(post.text.encode()).hexdigest())


class AttachmentFactory(DjangoModelFactory[Attachment]):
    class Meta:
        model = Attachment

    post = factory.SubFactory(PostFactory)
    kind = AttachmentKind.FILE.value
    url = factory.Sequence(lambda n: f"https://files.example/{n}.pdf")
    name = factory.Sequence(lambda n: f"file-{n}.pdf")


class SyncRunFactory(DjangoModelFactory[SyncRun]):
    class Meta:
        model = SyncRun

    channel = factory.SubFactory(ChannelFactory)
    outcome = SyncRun.Outcome.SUCCESS
    trigger = SyncRun.Trigger.SCHEDULE


class GroupFactory(DjangoModelFactory[Group]):
    class Meta:
        model = Group

    name = factory.Sequence(lambda n: f"Group {n}")


class UserFactory(DjangoModelFactory[User]):
    """A person who can sign in; ``groups=[...]`` makes a member, ``permissions=["view_post"]`` grants."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"person{n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.com")

    @factory.post_generation
    def groups(self: Any, create: bool, extracted: Any, **_kwargs: Any) -> None:
        if extracted:
            self.groups.set(extracted)

    @factory.post_generation
    def permissions(self: Any, create: bool, extracted: Any, **_kwargs: Any) -> None:
        if extracted:
            self.user_permissions.set(Permission.objects.filter(codename__in=extracted))


def set_state(channel: Channel, **values: Any) -> None:
    """Write fields of the channel's state, as a sync would."""
    ChannelState.objects.filter(channel=channel).update(**values)


def bump(channel: Channel) -> None:
    """Tell pages that the channel's posts have changed, as a sync does after storing."""
    ChannelState.objects.filter(channel=channel).bump()


def home_page() -> Page:
    """The page at the root of the default site."""
    return Site.objects.get(is_default_site=True).root_page


def make_feed_page(channels: list[Channel], **values: Any) -> FeedPage:
    """A published feed page below the site's root that shows ``channels``."""
    values = {"title": "All conversations", "slug": "conversations", **values}
    page: FeedPage = home_page().add_child(instance=FeedPage(**values))
    for number, channel in enumerate(channels):
        FeedPageChannel.objects.create(page=page, channel=channel, sort_order=number)
    return page


def feed_block(channels: list[Channel], **values: Any) -> dict[str, Any]:
    """A stored feed block of a stream, as StreamField writes it."""
    value = {"heading": "Conversations", "channels": [channel.pk for channel in channels], **values}
    return {"type": "post_feed", "value": value}


def make_hub_page(*blocks: dict[str, Any], aside: tuple[dict[str, Any], ...] = (), **values: Any) -> HubPage:
    """A published hub page below the site's root with ``blocks`` in its main column."""
    values = {"title": "Hub", "slug": "hub", **values}
    page = HubPage(**values)
    page.body = list(blocks)
    page.aside = list(aside)
    home_page().add_child(instance=page)
    return HubPage.objects.get(pk=page.pk)
