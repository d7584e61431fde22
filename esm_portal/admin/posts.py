"""Stored posts, to look at: what pages show comes from these rows, and only the sync writes them."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from esm_portal.admin.lists import ChannelFilter, ReadOnlyModelAdmin
from esm_portal.models import Post


class PostAdmin(ReadOnlyModelAdmin):
    model = Post
    base_url_path = "social/posts"
    menu_icon = "comment"
    menu_label = gettext_lazy("Posts")
    list_display = ("heading", "channel", "author", "kind", "published_at")
    list_filter = ("kind", "is_shown", ChannelFilter)
    list_select_related = ("channel", "author")
    search_fields = ("title", "text", "author__name", "channel__name")
    ordering = ("-published_at",)
    inspect_labels = {
        "heading": gettext_lazy("Title"),
        "html": gettext_lazy("Text"),
        "author": gettext_lazy("Author"),
        "channel": gettext_lazy("Channel"),
        "kind": gettext_lazy("Kind"),
        "published_at": gettext_lazy("Published"),
        "edited_at": gettext_lazy("Edited"),
        "synced_at": gettext_lazy("Read"),
        "language": gettext_lazy("Language"),
        "replies_count": gettext_lazy("Replies"),
        "reactions_count": gettext_lazy("Reactions"),
        "address": gettext_lazy("Address at the service"),
        "external_id": gettext_lazy("Id at the service"),
    }

    def heading(self, post: Post) -> str:
        return str(post)

    heading.short_description = gettext_lazy("Title")  # type: ignore[attr-defined]
    heading.admin_order_field = "title"  # type: ignore[attr-defined]

    def html(self, post: Post) -> SafeString:
        return format_html('<div class="esm-clean-html">{}</div>', post.html)

    def address(self, post: Post) -> SafeString:
        if not post.url:
            return SafeString("")
        return format_html('<a href="{0}" rel="noopener noreferrer">{0}</a>', post.url)
