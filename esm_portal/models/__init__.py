from esm_portal.models.accounts import Account
from esm_portal.models.channels import Audience, Channel, ChannelQuerySet, ChannelState
from esm_portal.models.posts import Attachment, Author, Post, PostQuerySet
from esm_portal.models.runs import SyncRun

__all__ = [
    "Account",
    "Attachment",
    "Audience",
    "Author",
    "Channel",
    "ChannelQuerySet",
    "ChannelState",
    "Post",
    "PostQuerySet",
    "SyncRun",
]
