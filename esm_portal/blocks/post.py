"""The single post: one chosen post, as far as the reader may see it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from esm_portal import selectors
from esm_portal.blocks.basics import PREVIEW_TEMPLATE, heading_level, render_template
from esm_portal.blocks.cards import post_cards
from esm_portal.blocks.choosers import PostChooserBlock
from esm_portal.blocks.samples import sample_posts

TEMPLATE = "esm_portal/blocks/post.html"


class PostBlock(blocks.StructBlock):
    """One post. To a reader who may not see it, and when it is gone, the block is not there."""

    post = PostChooserBlock(label=_("Post"))

    class Meta:
        icon = "openquote"
        label = _("One post")
        description = _("A single post that you choose; only readers it is open to see it.")
        template = TEMPLATE
        preview_template = PREVIEW_TEMPLATE
        preview_value = {"post": None}

    def get_preview_context(
        self,
        value: Any,  # noqa: ARG002
        parent_context: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        return {**(parent_context or {}), "esm_sample": True}

    def render(self, value: Any, context: Mapping[str, Any] | None = None) -> SafeString:
        """The post as HTML; "" when the reader may not see it, in a preview a note for the editor."""
        context = context or {}
        request = context.get("request")
        is_preview = bool(getattr(request, "is_preview", False))
        now = timezone.now()
        post = None
        if value["post"] is not None:
            post = selectors.get_post(getattr(request, "user", None), value["post"], preview=is_preview)
        elif context.get("esm_sample"):
            post = sample_posts(now, 1)[0]
        if post is None and not is_preview:
            return SafeString("")
        return render_template(
            TEMPLATE,
            {
                "card": post_cards([post], now)[0] if post else None,
                "id": f"esm-{context.get('block_id') or 'post'}",
                "post_level": heading_level(context),
            },
        )
