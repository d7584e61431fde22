"""What the demo starts with: two logins, three channels, two pages.

Made once: what an editor changes afterwards stays changed.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from wagtail.models import Page, Site

from esm_portal.models import Account, Audience, Channel
from esm_portal.pages.models import FeedPage, FeedPageChannel, HubPage

TITLE = "What colleagues are working out, together"
INTRODUCTION = (
    "Conversations from our communities, people who can help, and the quickest way to what they know. "
    "Use the network for questions beyond your own desk; use mail for formal notices."
)
ADVICE = (
    "<p>Ask where others can read along: somebody in another country has the same question. "
    "Half-finished work is welcome; <b>say which half is finished</b>.</p>"
)
# Printed by the demo, which listens on loopback only.
PASSWORD = "lumiere"
EDITOR_PERMISSIONS = (
    "view_account",
    "view_author",
    "view_post",
    "view_syncrun",
    "view_channel",
    "add_channel",
    "change_channel",
    "sync_channel",
)
#: Account, channel, path of the feed, path of the site, who may see it.
CHANNELS = (
    ("Lumière blog", "Stories", "blog/feed.xml", "blog/", Audience.EVERYONE),
    ("Lumière wiki", "Know-how", "wiki/changes.atom", "wiki/", Audience.EVERYONE),
    ("Lumière forum", "Questions and thanks", "forum/feed.json", "forum/", Audience.SIGNED_IN),
)


def load_people() -> None:
    """An editor with an editor's rights, and an administrator."""
    editors, moderators = (Group.objects.get(name=name) for name in ("Editors", "Moderators"))
    editors.permissions.add(
        *Permission.objects.filter(content_type__app_label="esm_portal", codename__in=EDITOR_PERMISSIONS)
    )
    users = get_user_model().objects
    if not users.filter(username="editor").exists():
        editor = users.create_user(
            "editor", "editor@lumiere.example", PASSWORD, first_name="Marta", last_name="Ruiz"
        )
        # Moderators may publish.
        editor.groups.add(editors, moderators)
    if not users.filter(username="admin").exists():
        users.create_superuser("admin", "admin@lumiere.example", PASSWORD)


def load_channels(base: str) -> list[Channel]:
    """The blog, the wiki and the forum as served at ``base``; an address that has moved is corrected."""
    channels = []
    for account_name, name, feed, site, audience in CHANNELS:
        account, _created = Account.objects.get_or_create(name=account_name, defaults={"provider": "feeds"})
        channel = account.channels.order_by("pk").first() or Channel(
            account=account, name=name, audience=audience
        )
        if channel.external_id != base + feed:
            channel.external_id, channel.url = base + feed, base + site
            channel.save()
        channels.append(channel)
    return channels


def load_pages(channels: list[Channel]) -> None:
    """The hub as the site's home, with the page of all conversations below it."""
    site = Site.objects.get(is_default_site=True)
    welcome = site.root_page
    if isinstance(welcome.specific, HubPage):
        return
    hub = Page.get_first_root_node().add_child(instance=HubPage(title=TITLE, slug="hub", show_in_menus=True))
    feed = FeedPage(
        title="Conversations",
        slug="conversations",
        show_in_menus=True,
        introduction="Everything from our blog, wiki and forum that is open to you, newest first.",
        feed_channels=[FeedPageChannel(channel=channel) for channel in channels],
    )
    hub.add_child(instance=feed)
    hub.introduction = INTRODUCTION
    hub.body, hub.aside = _body(channels, feed), _aside(channels, feed)
    for page in (feed, hub):
        page.save_revision().publish()
    site.root_page = hub
    site.save()
    # Wagtail's own "Welcome" page, untouched, would only stand in the way.
    if welcome.depth == 2 and not welcome.get_children().exists():
        welcome.delete()


def _body(channels: list[Channel], feed: FeedPage) -> list[tuple[str, dict[str, Any]]]:
    stories, _know_how, forum = channels
    newest = {
        "heading": "Conversations",
        "channels": [stories.pk, forum.pk],
        "limit": 6,
        "layout": "list",
        "more_page": feed.pk,
        "more_label": "All conversations",
    }
    return [("post_feed", newest)]


def _aside(channels: list[Channel], feed: FeedPage) -> list[tuple[str, dict[str, Any]]]:
    _stories, know_how, _forum = channels
    changes = {
        "heading": "Know-how that changed",
        "channels": [know_how.pk],
        "limit": 3,
        "layout": "cards",
        "more_page": feed.pk,
        "more_label": "More",
    }
    return [("heading", {"text": "Before you post"}), ("paragraph", {"text": ADVICE}), ("post_feed", changes)]


def place_site(port: int) -> None:
    """Tell Wagtail the address people use, which full links are made of."""
    Site.objects.filter(is_default_site=True).exclude(hostname="127.0.0.1", port=port).update(
        hostname="127.0.0.1", port=port, site_name=settings.WAGTAIL_SITE_NAME
    )
    Site.clear_site_root_paths_cache()
