"""The concrete pages; a site with a base page of its own uses the mixins instead."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.models import Page

from esm_portal.pages.mixins import FeedChannelMixin, FeedPageMixin, HubPageMixin


class HubPage(HubPageMixin, Page):
    content_panels = [*Page.content_panels, *HubPageMixin.hub_panels]
    page_description = _("A page of blocks: posts, headings and text.")

    class Meta:
        verbose_name = _("hub page")
        verbose_name_plural = _("hub pages")


class FeedPage(FeedPageMixin, Page):
    content_panels = [*Page.content_panels, *FeedPageMixin.feed_panels]
    page_description = _("All posts of some channels, each with an address of its own.")

    class Meta:
        verbose_name = _("feed page")
        verbose_name_plural = _("feed pages")


class FeedPageChannel(FeedChannelMixin):
    page = ParentalKey(FeedPage, on_delete=models.CASCADE, related_name="feed_channels")
