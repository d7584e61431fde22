"""Try it first: what an account can find and what a channel would bring, without storing anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from esm_portal import html
from esm_portal.models import Account
from esm_portal.sync.clean import clean_posts
from esm_portal.sync.connect import open_provider
from esm_portal.types import ChannelData, ChannelInfo


@dataclass(frozen=True, kw_only=True, slots=True)
class PostPreview:
    """A post as readers would see it."""

    title: str
    #: The beginning of the text, plain.
    excerpt: str
    author: str
    #: As the service says (UTC), or None.
    published_at: datetime | None
    url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelPreview:
    """What a channel holds at this moment."""

    posts: tuple[PostPreview, ...]
    #: How many entries could be read, and how many not.
    total: int
    skipped: int


def discover(account: Account, query: str) -> list[ChannelInfo]:
    """Channels ``account`` finds for ``query`` (a word or an address). Raises ProviderError."""
    with open_provider(account) as provider:
        return list(provider.discover(query))


def preview_posts(account: Account, external_id: str, limit: int = 5) -> ChannelPreview:
    """The first ``limit`` posts of a channel, cleaned. Raises ProviderError."""
    posts: list[PostPreview] = []
    total = skipped = expected = 0
    with open_provider(account) as provider:
        for batch in provider.iter_batches(ChannelData(external_id=external_id), None):
            cleaned, unreadable = clean_posts(batch.posts, base_url=external_id)
            total += len(cleaned)
            skipped += len(batch.skipped) + len(unreadable)
            expected = batch.total or 0
            for post in cleaned[: max(limit - len(posts), 0)]:
                posts.append(
                    PostPreview(
                        title=post.title,
                        excerpt=html.excerpt(post.text),
                        author=post.author.name if post.author else "",
                        published_at=post.published_at,
                        url=post.url,
                    )
                )
            if len(posts) >= limit:
                break
    return ChannelPreview(posts=tuple(posts), total=max(total, expected - skipped), skipped=skipped)


def test_account(account: Account) -> str:
    """Who the account is connected as, in one sentence. Raises ProviderError."""
    with open_provider(account) as provider:
        return provider.test()
