"""Page types as mixins, for sites that have a base page of their own.

A site that has none takes the concrete pages of :mod:`esm_portal.pages.models`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultipleChooserPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.models import Orderable

from esm_portal import html, selectors
from esm_portal.blocks.cards import post_cards
from esm_portal.blocks.freshness import freshness_line
from esm_portal.blocks.stream import HubBlocks, PortalStreamField
from esm_portal.models import Post
from esm_portal.pages.slices import FeedSlice, read_slice

if TYPE_CHECKING:
    from esm_portal.models.channels import Reader

#: Characters of a post in og:description; networks cut longer ones themselves.
DESCRIPTION_LENGTH = 200


class ForOneReaderMixin:
    """A page that looks different to each reader: no shared cache on the way may keep it."""

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().serve(request, *args, **kwargs)  # type: ignore[misc]
        patch_cache_control(response, private=True)
        patch_vary_headers(response, ["Cookie"])
        return response


class HubPageMixin(ForOneReaderMixin, models.Model):
    """A page of blocks: a wide column, and a narrow one beside it when it has blocks."""

    introduction = models.TextField(
        _("introduction"), blank=True, max_length=500, help_text=_("One to three sentences below the title.")
    )
    body = PortalStreamField(HubBlocks(), verbose_name=_("main column"), blank=True)
    aside = PortalStreamField(
        HubBlocks(),
        verbose_name=_("narrow column"),
        blank=True,
        help_text=_("Empty: the main column is wide."),
    )

    hub_panels = [FieldPanel("introduction"), FieldPanel("body"), FieldPanel("aside")]

    class Meta:
        abstract = True

    def get_template(self, request: HttpRequest, *args: Any, **kwargs: Any) -> str:  # noqa: ARG002
        return "esm_portal/pages/hub_page.html"


class FeedChannelMixin(Orderable):
    """One channel of a feed page.

    A subclass adds ``page``, a ParentalKey to its feed page with related_name "feed_channels".
    """

    channel = models.ForeignKey(
        "esm_portal.Channel", on_delete=models.CASCADE, related_name="+", verbose_name=_("channel")
    )

    panels = [FieldPanel("channel")]

    class Meta(Orderable.Meta):
        abstract = True


class FeedPageMixin(ForOneReaderMixin, RoutablePageMixin, models.Model):
    """The whole feed of some channels, page by page, and each post at its own address below it."""

    introduction = models.TextField(
        _("introduction"), blank=True, max_length=500, help_text=_("One to three sentences below the title.")
    )

    feed_panels = [
        FieldPanel("introduction"),
        MultipleChooserPanel("feed_channels", label=_("Channels"), chooser_field_name="channel", min_num=1),
    ]

    class Meta:
        abstract = True

    def channel_ids(self) -> list[int]:
        """Ids of the channels the page shows, whoever may see them."""
        return [row.channel_id for row in self.feed_channels.all()]

    def post_urls(self, posts: list[Post], request: HttpRequest | None = None) -> dict[int, str]:
        """Post id -> address below this page, for those of ``posts`` whose channel it shows."""
        base = self.get_url(request)
        shown = set(self.channel_ids()) if base else set()
        return {
            post.pk: base + self.reverse_subpage("post", args=[post.pk])
            for post in posts
            if post.channel_id in shown
        }

    @path("")
    def index_route(self, request: HttpRequest) -> HttpResponse:
        """The feed itself; ``?before=`` and ``?after=`` are places in it, anything else is ignored."""
        channels = self._channels(request)
        part = read_slice(channels, request.GET.get("before", ""), request.GET.get("after", ""))
        now = timezone.now()
        return self.render(  # type: ignore[no-any-return]
            request,
            template="esm_portal/pages/feed_page.html",
            context_overrides={
                "part": part,
                "cards": post_cards(part.posts, now, permalinks=self.post_urls(part.posts, request)),
                "freshness": freshness_line(channels, now),
                "canonical": self._canonical(request, part),
            },
        )

    @path("post/<int:post_id>/", name="post")
    def post_route(self, request: HttpRequest, post_id: int) -> HttpResponse:
        """One post. Raises Http404 for a post the reader may not see, one of another page and none at all."""
        post = selectors.get_post(_reader(request), post_id, preview=_is_preview(request))
        if post is None or post.channel_id not in self.channel_ids():
            raise Http404
        url = self._full_url(request) + self.reverse_subpage("post", args=[post.pk])
        return self.render(  # type: ignore[no-any-return]
            request,
            template="esm_portal/pages/post_page.html",
            context_overrides={
                "post": post,
                "card": post_cards([post], timezone.now(), fold=False)[0],
                "canonical": url,
                "description": html.excerpt(post.text, DESCRIPTION_LENGTH),
            },
        )

    def _channels(self, request: HttpRequest) -> list[selectors.ChannelView]:
        return selectors.visible_channels(_reader(request), self.channel_ids(), preview=_is_preview(request))

    def _full_url(self, request: HttpRequest) -> str:
        return self.get_full_url(request) or ""

    def _canonical(self, request: HttpRequest, part: FeedSlice) -> str:
        return self._full_url(request) + part.query


def _reader(request: HttpRequest) -> Reader | None:
    return getattr(request, "user", None)


def _is_preview(request: HttpRequest) -> bool:
    return bool(getattr(request, "is_preview", False))
