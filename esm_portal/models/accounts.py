from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from esm_portal import crypto
from esm_portal.providers.base import AccountData
from esm_portal.registry import provider_name


class Account(models.Model):
    """One authorised connection to a provider. Secrets are encrypted and never shown again."""

    provider = models.CharField(_("provider"), max_length=50)
    name = models.CharField(
        _("name"),
        max_length=100,
        unique=True,
        help_text=_("What editors call this source, for example “Company blogs”."),
    )
    options = models.JSONField(_("options"), default=dict, blank=True)
    encrypted_credentials = models.TextField(blank=True, editable=False)
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Switch off to stop reading every channel of this account.")
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and see to it that pages notice; a query cache must not be refilled before the commit."""
        from esm_portal.models.channels import ChannelState  # which points here

        with transaction.atomic():
            super().save(*args, **kwargs)
            # Posts show the account's name.
            ChannelState.objects.filter(channel__account=self).bump()

    @property
    def provider_name(self) -> str:
        """The provider's name as people read it."""
        return provider_name(self.provider)

    @property
    def credentials(self) -> dict[str, Any]:
        """Decrypted secrets. Raises ImproperlyConfigured when no key of this site opens them."""
        return crypto.decrypt(self.encrypted_credentials)

    @credentials.setter
    def credentials(self, value: dict[str, Any]) -> None:
        self.encrypted_credentials = crypto.encrypt(value)

    def as_data(self) -> AccountData:
        """The account as a provider sees it."""
        return AccountData(
            key=f"{self.provider}:{self.pk}",
            name=self.name,
            options=self.options,
            credentials=self.credentials,
        )
