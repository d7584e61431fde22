"""Errors, grouped by what to do next.

``str()`` of a :class:`ProviderError` is enough to act on and holds no secret: ``http.py`` redacts
every address and header before it raises. :class:`ProviderConfigurationError` stands outside the
tree on purpose, so that no sync can swallow it.
"""

from __future__ import annotations

from datetime import timedelta

from django.core.exceptions import ImproperlyConfigured

__all__ = [
    "AuthenticationFailed",
    "ChannelUnavailable",
    "CredentialError",
    "EsmPortalError",
    "InvalidPost",
    "LeaseLost",
    "PayloadError",
    "PermissionDenied",
    "ProviderConfigurationError",
    "ProviderError",
    "RateLimited",
    "RetryableError",
    "ServiceUnavailable",
    "UnsafeAddress",
]


class EsmPortalError(Exception):
    """Base of every error this package raises on purpose."""


class ProviderError(EsmPortalError):
    """A remote service did not do what was asked.

    ``provider`` is the provider id, ``channel`` the channel's name, ``status_code`` the HTTP status,
    ``request_id`` the service's own id for the request; each is empty when unknown.
    """

    def __init__(
        self,
        message: str,
        *,
        provider: str = "",
        channel: str = "",
        status_code: int | None = None,
        request_id: str = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.provider = provider
        self.channel = channel
        self.status_code = status_code
        self.request_id = request_id

    def __str__(self) -> str:
        facts = [
            self.provider,
            self.channel,
            f"HTTP {self.status_code}" if self.status_code else "",
            f"request {self.request_id}" if self.request_id else "",
        ]
        known = ", ".join(fact for fact in facts if fact)
        return f"{self.message} ({known})" if known else self.message


class RetryableError(ProviderError):
    """Later, unchanged. ``retry_after`` is the service's own wish, or None."""

    def __init__(
        self,
        message: str,
        *,
        retry_after: timedelta | None = None,
        provider: str = "",
        channel: str = "",
        status_code: int | None = None,
        request_id: str = "",
    ) -> None:
        super().__init__(
            message, provider=provider, channel=channel, status_code=status_code, request_id=request_id
        )
        self.retry_after = retry_after


class RateLimited(RetryableError):
    """The service, or our own budget for it, asks for a pause (HTTP 429)."""


class ServiceUnavailable(RetryableError):
    """No answer, a broken one, or a 5xx: the service may be well again later."""


class CredentialError(ProviderError):
    """A person must act before another attempt can work."""


class AuthenticationFailed(CredentialError):
    """The service does not accept who we are (HTTP 401)."""


class PermissionDenied(CredentialError):
    """The service knows who we are and says no (HTTP 403)."""


class UnsafeAddress(CredentialError):
    """The address leads where this server must not go; a person must correct or allow it."""


class ChannelUnavailable(ProviderError):
    """The channel is not there (HTTP 404), or gone for good (410, ``gone`` is True)."""

    @property
    def gone(self) -> bool:
        return self.status_code == 410


class PayloadError(ProviderError):
    """The answer is not what was promised: not a feed, too large, or pages that loop."""


class InvalidPost(PayloadError):
    """One item cannot be read: skip it and count it."""


class LeaseLost(EsmPortalError):
    """Another worker took over the channel while this one was reading; nothing more is written."""


class ProviderConfigurationError(ImproperlyConfigured):
    """A provider's settings are wrong; outside the tree so that it reaches the person at the keyboard."""
