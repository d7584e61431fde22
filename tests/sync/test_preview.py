from __future__ import annotations

import pytest

from esm_portal.exceptions import ServiceUnavailable
from esm_portal.models import Channel, Post, SyncRun
from esm_portal.sync.preview import discover, preview_posts
from esm_portal.sync.preview import test_account as try_account
from esm_portal.testing import FakeProvider, make_post
from esm_portal.types import AuthorData, SkippedItem

pytestmark = pytest.mark.django_db


def test_five_posts_are_shown_and_nothing_is_stored(channel: Channel) -> None:
    author = AuthorData(external_id="a", name="Ana")
    posts = [make_post(str(number), author=author) for number in range(9)]
    bad = SkippedItem(external_id="x", reason="No text.")
    FakeProvider.script("news").batch(*posts, skipped=(bad,))

    preview = preview_posts(channel.account, "news")

    assert (len(preview.posts), preview.total, preview.skipped) == (5, 9, 1)
    assert (preview.posts[0].author, preview.posts[0].excerpt) == ("Ana", "Post 0.")
    assert not Post.objects.exists()
    assert not SyncRun.objects.exists()


def test_errors_reach_the_person_who_tries(channel: Channel) -> None:
    FakeProvider.script("news").error(ServiceUnavailable("Down."))
    with pytest.raises(ServiceUnavailable):
        preview_posts(channel.account, "news")


def test_channels_are_found_and_accounts_tested(channel: Channel) -> None:
    FakeProvider.script("news")
    assert [info.external_id for info in discover(channel.account, "ne")] == ["news"]
    assert try_account(channel.account) == "Connected to nothing, as nobody."
