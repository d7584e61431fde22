"""Plain building blocks of a page, and what all blocks of this package share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

PREVIEW_TEMPLATE = "esm_portal/blocks/preview.html"
#: Level of a block's heading unless the page says otherwise: just below the page's own <h1>.
HEADING_LEVEL = 2
#: Deepest level HTML has.
MAX_HEADING_LEVEL = 6

RICH_TEXT_FEATURES = ["bold", "italic", "ol", "ul", "hr", "link", "document-link"]


def heading_level(context: Mapping[str, Any] | None) -> int:
    """The level at which a block's own heading fits the page it stands on (2 to 6)."""
    level = (context or {}).get("heading_level", HEADING_LEVEL)
    return min(max(int(level), HEADING_LEVEL), MAX_HEADING_LEVEL)


class PortalStreamBlock(blocks.StreamBlock):
    """A stream that tells each child its place, so that ids on the page are unique."""

    def render_basic(self, value: Any, context: Mapping[str, Any] | None = None) -> SafeString:
        outer = dict(context or {})
        return format_html_join(
            "\n",
            '<div class="esm-block esm-block--{}">{}</div>',
            (
                (child.block_type, html)
                for child in value
                if (html := child.render(context={**outer, "block_id": child.id})).strip()
            ),
        )


class HeadingBlock(blocks.StructBlock):
    """A heading between blocks; its level follows from the page."""

    text = blocks.CharBlock(label=_("Text"), max_length=120)

    class Meta:
        icon = "title"
        label = _("Heading")
        description = _("A heading that opens a part of the page.")
        template = "esm_portal/blocks/heading.html"
        preview_template = PREVIEW_TEMPLATE
        preview_value = {"text": _("What moves us this week")}

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context)
        return {**context, "heading_level": heading_level(context)}


class ParagraphBlock(blocks.StructBlock):
    """Text an editor writes."""

    text = blocks.RichTextBlock(label=_("Text"), features=RICH_TEXT_FEATURES)

    class Meta:
        icon = "pilcrow"
        label = _("Text")
        description = _("A few sentences with links and lists.")
        template = "esm_portal/blocks/paragraph.html"
        preview_template = PREVIEW_TEMPLATE
        preview_value = {
            "text": "<p>Use the network for questions beyond your own desk; use mail for formal notices.</p>"
        }


def render_template(name: str, context: Mapping[str, Any]) -> SafeString:
    """Template ``name`` with ``context``, as the safe HTML it is after autoescaping."""
    return SafeString(render_to_string(name, dict(context)))
