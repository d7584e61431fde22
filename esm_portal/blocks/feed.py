"""The feed block: the newest posts of some channels, as far as each reader may see them.

Warm it costs one query, which resolves the channels the reader may see with their versions, and one look
into the cache: what was rendered lies under exactly those channels and versions, so the audience is part
of the key by construction.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.models import Page, Site

from esm_portal import cache, selectors
from esm_portal.blocks.basics import PREVIEW_TEMPLATE, heading_level, render_template
from esm_portal.blocks.cards import post_cards
from esm_portal.blocks.choosers import ChannelChooserBlock, KeyPageChooser
from esm_portal.blocks.freshness import freshness_line
from esm_portal.blocks.samples import sample_posts
from esm_portal.models import Post

#: Part of every fragment's key: raise it when the markup changes, so that no old fragment is served.
VERSION = 1
#: Where the age of the posts goes; it is not part of the fragment. It stands after nothing but the escaped
#: heading, so the first one in a fragment is always the template's own.
FRESHNESS_MARK = "<!-- esm:freshness -->"
MAX_POSTS = 50
TEMPLATE = "esm_portal/blocks/post_feed.html"


@runtime_checkable
class ShowsPosts(Protocol):
    """A page that has an address for single posts, such as a feed page."""

    def post_urls(self, posts: list[Post], request: HttpRequest | None = None) -> dict[int, str]:
        """Post id -> address, for those of ``posts`` that the page shows."""


class PostFeedBlock(blocks.StructBlock):
    """The newest posts of the chosen channels."""

    heading = blocks.CharBlock(label=_("Heading"), required=False, max_length=120)
    channels = blocks.ListBlock(
        ChannelChooserBlock(label=_("Channel")),
        label=_("Channels"),
        help_text=_("Each reader sees the posts of those channels that are open to them."),
    )
    limit = blocks.IntegerBlock(label=_("Number of posts"), default=5, min_value=1, max_value=MAX_POSTS)
    layout = blocks.ChoiceBlock(
        label=_("Layout"), choices=[("list", _("List")), ("cards", _("Cards"))], default="list"
    )
    more_page = KeyPageChooser(
        label=_("Page with more"),
        required=False,
        help_text=_("A feed page with these channels; single posts then have their own page there."),
    )
    more_label = blocks.CharBlock(
        label=_("Words of the link to it"),
        required=False,
        max_length=60,
        help_text=_("For example “All conversations”. Empty: the title of the page."),
    )
    empty_text = blocks.CharBlock(
        label=_("Words when there is nothing to show"),
        required=False,
        max_length=200,
        help_text=_("Empty: “Nobody has posted here yet.”"),
    )

    class Meta:
        icon = "comment"
        label = _("Posts")
        description = _("The newest posts of one or more channels, as a list or as cards.")
        template = TEMPLATE
        preview_template = PREVIEW_TEMPLATE
        preview_value = {"heading": _("Conversations"), "channels": [], "limit": 3, "layout": "list"}

    def normalize(self, value: Any) -> Any:
        """``value`` with the default for each field it leaves out, as a stored block has."""
        value = super().normalize(value)
        for name, field in self.child_blocks.items():
            if name not in value:
                value[name] = field.get_default()
        return value

    def get_preview_context(
        self,
        value: Any,  # noqa: ARG002
        parent_context: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        return {**(parent_context or {}), "esm_sample": True}

    def render(self, value: Any, context: Mapping[str, Any] | None = None) -> SafeString:
        """The block as HTML for the reader of ``context["request"]``; without a request, for anybody."""
        feed = FeedRendering(value, context or {})
        return feed.fresh() if feed.is_preview else feed.from_cache()


class FeedRendering:
    """One block value on its way to one reader."""

    def __init__(self, value: Any, context: Mapping[str, Any]) -> None:
        self.value = value
        self.request: HttpRequest | None = context.get("request")
        self.user = getattr(self.request, "user", None)
        self.is_sample = bool(context.get("esm_sample"))
        self.is_preview = self.is_sample or bool(getattr(self.request, "is_preview", False))
        self.level = heading_level(context)
        self.place = context.get("block_id", "")
        self.page: Page | None = context.get("page")
        self.now = timezone.now()
        chosen = [key for key in value["channels"] if key is not None]
        if self.is_sample and not chosen:
            chosen = selectors.channels_with_posts(limit=10)
        self.channels = selectors.visible_channels(self.user, chosen, preview=self.is_preview)

    def from_cache(self) -> SafeString:
        """The block from its cached fragment, with the age of its posts as of now."""
        return self._with_age(cache.rendered(self._key(), self._fragment))

    def fresh(self) -> SafeString:
        """The block rendered now; nothing is read from or written to a cache."""
        return self._with_age(self._fragment())

    def _with_age(self, fragment: str) -> SafeString:
        # Both halves were escaped when the template was rendered, the line between them just now.
        return SafeString(fragment.replace(FRESHNESS_MARK, freshness_line(self.channels, self.now), 1))

    def _key(self) -> tuple[object, ...]:
        value = self.value
        more = value["more_page"]
        site = Site.find_for_request(self.request) if more and self.request else None
        return (
            "feed",
            VERSION,
            [(channel.id, channel.version) for channel in self.channels],
            value["heading"],
            value["limit"],
            value["layout"],
            value["empty_text"],
            more and (more, value["more_label"], site and site.pk, self.page and self.page.pk),
            self.place,
            self.level,
            get_language(),
            timezone.get_current_timezone_name(),
        )

    def _fragment(self) -> str:
        value = self.value
        posts = selectors.latest_posts(self.channels, limit=value["limit"])
        if self.is_sample and not posts:
            posts = sample_posts(self.now, value["limit"])
        more = value["more_page"]
        page = selectors.live_page(more, linked_from=self.page) if more else None
        permalinks = page.post_urls(posts, self.request) if isinstance(page, ShowsPosts) and posts else {}
        return render_template(
            TEMPLATE,
            {
                "value": value,
                "id": f"esm-{self.place or self._digest()}",
                "cards": post_cards(posts, self.now, permalinks=permalinks, layout=value["layout"]),
                "layout": value["layout"],
                "more_url": page.get_url(self.request) if page else "",
                "more_label": value["more_label"] or (page.title if page else ""),
                "freshness_mark": SafeString(FRESHNESS_MARK),
                "heading_level": self.level,
                "post_level": min(self.level + 1, 6) if value["heading"] else self.level,
            },
        )

    def _digest(self) -> str:
        """A stand-in for the block's own id where a template renders it without one."""
        return hashlib.blake2b(repr(self._key()).encode(), digest_size=6).hexdigest()
