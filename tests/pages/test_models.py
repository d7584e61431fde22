from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from wagtail.models import GroupPagePermission, ReferenceIndex
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from esm_portal.models import Channel
from esm_portal.pages.models import FeedPage, HubPage
from tests.factories import (
    ChannelFactory,
    GroupFactory,
    UserFactory,
    feed_block,
    home_page,
    make_feed_page,
    make_hub_page,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> Client:
    """Signed in as somebody who may add, edit and publish pages, and is no superuser."""
    group = GroupFactory()
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    for codename in ("add_page", "change_page", "publish_page"):
        permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=codename)
        GroupPagePermission.objects.create(group=group, page=home_page(), permission=permission)
    client = Client()
    client.force_login(UserFactory(groups=[group]))
    return client


def test_an_editor_makes_a_hub(editor: Client) -> None:
    channel = ChannelFactory()
    value = {
        "heading": "Conversations",
        "channels-count": 1,
        "channels-0-value": channel.pk,
        "channels-0-deleted": "",
        "channels-0-order": 0,
        "limit": 5,
        "layout": "list",
        "more_page": "",
        "more_label": "",
        "empty_text": "",
    }
    data = nested_form_data(
        {
            "title": "Hub",
            "slug": "hub",
            "introduction": "",
            "comments": inline_formset([]),
            "body": streamfield([("post_feed", value)]),
            "aside": streamfield([]),
            "action-publish": "1",
        }
    )
    add = f"/admin/pages/add/esm_portal_pages/hubpage/{home_page().pk}/"
    assert "Posts" in editor.get(add).content.decode()
    response = editor.post(add, data)
    assert response.status_code == 302, response.context["form"].errors
    hub = HubPage.objects.get(slug="hub")
    assert list(hub.body[0].value["channels"]) == [channel.pk]
    edit = editor.get(f"/admin/pages/{hub.pk}/edit/").content.decode()
    assert channel.name in edit


def test_an_editor_makes_a_feed_page(editor: Client) -> None:
    channel = ChannelFactory()
    add = f"/admin/pages/add/esm_portal_pages/feedpage/{home_page().pk}/"
    assert editor.get(add).status_code == 200
    data = nested_form_data(
        {
            "title": "All",
            "slug": "all",
            "introduction": "",
            "comments": inline_formset([]),
            "feed_channels": inline_formset([{"channel": channel.pk}]),
            "action-publish": "1",
        }
    )
    response = editor.post(add, data)
    assert response.status_code == 302, response.context["form"].errors
    assert FeedPage.objects.get(slug="all").channel_ids() == [channel.pk]


def test_wagtail_knows_which_pages_use_a_channel() -> None:
    channel = ChannelFactory()
    hub, feed = make_hub_page(feed_block([channel])), make_feed_page([channel])
    ReferenceIndex.create_or_update_for_object(hub)
    ReferenceIndex.create_or_update_for_object(feed)
    users = {str(reference.object_id) for reference in ReferenceIndex.get_references_to(channel)}
    assert users == {str(hub.pk), str(feed.pk)}


def test_deleting_a_channel_leaves_the_pages(client: Client) -> None:
    channel = ChannelFactory()
    hub, feed = make_hub_page(feed_block([channel])), make_feed_page([channel])
    Channel.objects.all().delete()
    for page in (hub, feed):
        assert client.get(page.url).status_code == 200
