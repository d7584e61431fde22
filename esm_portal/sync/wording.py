"""What went wrong and what to do, in words for a comms editor."""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError
from django.utils.translation import gettext as _

from esm_portal.exceptions import (
    ChannelUnavailable,
    CredentialError,
    PayloadError,
    ProviderError,
    RetryableError,
)
from esm_portal.models import ChannelState

Kind = ChannelState.ErrorKind


def error_kind(error: BaseException) -> str:
    """The rung of the error ladder ``error`` stands on."""
    match error:
        case RetryableError():
            return Kind.RETRYABLE
        case CredentialError():
            return Kind.CREDENTIAL
        case ChannelUnavailable():
            return Kind.UNAVAILABLE
        case PayloadError() | ProviderError():
            return Kind.PAYLOAD
        case DatabaseError() | OSError():
            return Kind.STORAGE
        case _other:
            return Kind.INTERNAL


def explain(error: BaseException) -> str:
    """What happened, in one or two sentences that hold no secret and no jargon of ours."""
    if isinstance(error, ProviderError):
        return error.message
    if isinstance(error, ImproperlyConfigured):
        return str(error)
    text = str(error).lower()
    if "locked" in text:
        return _("The portal's database was busy for too long. Stored posts are unharmed.")
    if "full" in text or "no space" in text:
        return _("The portal has no room left to store posts. Stored posts are unharmed.")
    if isinstance(error, DatabaseError | OSError):
        return _("The portal could not store the posts. Stored posts are unharmed.")
    return _("Something in the portal itself went wrong. Stored posts are unharmed; the log has the details.")


def advice(kind: str) -> str:
    """What a person can do about an error of ``kind``; "" when there is none."""
    match kind:
        case Kind.RETRYABLE:
            return _(
                "Nothing for now: the portal tries again by itself. If it lasts, ask who runs the service."
            )
        case Kind.CREDENTIAL:
            return _("Ask IT to renew the sign-in or to allow the address, then choose “Sync now”.")
        case Kind.UNAVAILABLE:
            return _(
                "Check the channel's address. If it has moved, correct it; if it is gone, switch it off."
            )
        case Kind.PAYLOAD:
            return _(
                "Open the address in a browser. If it shows no feed, correct it or tell who runs the service."
            )
        case Kind.STORAGE:
            return _("Tell IT: the portal's database or disk needs a look.")
        case Kind.INTERNAL:
            return _("Tell IT and pass on the time: the portal's log has the details.")
        case _none:
            return ""
