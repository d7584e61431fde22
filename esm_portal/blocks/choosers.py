"""Chooser blocks that keep the primary key: a page that shows one loads no row for it.

Wagtail's own chooser blocks turn every id into a model instance when the page's stream is read, which
costs one query per block before the audience has even been asked for. Here the reading path asks
:mod:`esm_portal.selectors` for exactly what the reader may see; what is gone is simply not found.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Model
from django.utils.html import escape
from django.utils.safestring import SafeString
from wagtail.blocks import ChooserBlock, PageChooserBlock

from esm_portal.viewsets import channel_chooser_viewset, post_chooser_viewset


class KeyChooser(ChooserBlock):
    """A chooser block whose value is a primary key (int) or None."""

    def normalize(self, value: Any) -> int | None:
        """The primary key of a model instance, a key, or (anything else) nothing."""
        key = value.pk if isinstance(value, Model) else value
        try:
            return None if key is None else int(key)
        except (TypeError, ValueError):
            return None

    def to_python(self, value: Any) -> int | None:
        return self.normalize(value)

    def bulk_to_python(self, values: Any) -> list[int | None]:
        return [self.normalize(value) for value in values]

    def get_prep_value(self, value: Any) -> int | None:
        return self.normalize(value)

    def value_from_form(self, value: Any) -> int | None:
        return self.normalize(value)

    def extract_references(self, value: Any) -> Iterator[tuple[type[Model], str, str, str]]:
        if value is not None:
            yield self.model_class, str(self.normalize(value)), "", ""

    def render_basic(self, value: Any, context: Any = None) -> SafeString:  # noqa: ARG002
        """The chosen row's name, for comparing two versions of a page."""
        return escape(self.widget.get_instance(value) or "")


class KeyPageChooser(KeyChooser, PageChooserBlock):
    """A page chooser whose value is a primary key (int) or None."""


class ChannelChooserBlock(KeyChooser):
    target_model = "esm_portal.Channel"
    widget = channel_chooser_viewset.widget_class()

    class Meta:
        icon = channel_chooser_viewset.icon


class PostChooserBlock(KeyChooser):
    target_model = "esm_portal.Post"
    widget = post_chooser_viewset.widget_class()

    class Meta:
        icon = post_chooser_viewset.icon
