"""Who may see what. The rule itself is :meth:`ChannelQuerySet.visible_to`; this module words it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from esm_portal.models import Audience, Channel


def audience_sentence(channel: Channel) -> str:
    """One sentence that says who sees the channel's posts on pages."""
    match channel.audience:
        case Audience.EVERYONE:
            return _("Everyone sees its posts, also without signing in.")
        case Audience.SIGNED_IN:
            return _("Everyone who is signed in sees its posts.")
        case Audience.GROUPS:
            names = ", ".join(group.name for group in channel.audience_groups.all())
            if names:
                return _("Members of %(groups)s see its posts.") % {"groups": names}
            return _("Nobody sees its posts yet: no group is chosen.")
        case _other:
            return _("Nobody sees its posts yet: choose who may see it.")
