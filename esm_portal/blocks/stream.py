"""What a hub page offers, and the field that keeps it out of migrations."""

from __future__ import annotations

from typing import Any

from wagtail.fields import StreamField

from esm_portal.blocks.basics import HeadingBlock, ParagraphBlock, PortalStreamBlock
from esm_portal.blocks.feed import PostFeedBlock
from esm_portal.blocks.post import PostBlock


class HubBlocks(PortalStreamBlock):
    """The blocks of a hub page."""

    heading = HeadingBlock()
    paragraph = ParagraphBlock()
    post_feed = PostFeedBlock()
    post = PostBlock()


class PortalStreamField(StreamField):
    """A stream field whose migrations do not name its blocks.

    Which blocks a site offers depends on the apps it has installed; without this, another choice of apps
    would ask each site for a migration of this package.
    """

    def __init__(self, block_types: Any = (), **kwargs: Any) -> None:
        super().__init__(block_types, **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, _args, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        return name, path, [], kwargs
