from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from esm_portal.conf import get_settings
from esm_portal.types import ChannelData

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    Reader = User | AnonymousUser


class Audience(models.TextChoices):
    """Who may see a channel's posts. Closed until an editor chooses."""

    NOBODY = "nobody", _("Nobody yet")
    EVERYONE = "everyone", _("Everyone, also without signing in")
    SIGNED_IN = "signed_in", _("Everyone who is signed in")
    GROUPS = "groups", _("Members of the groups chosen below")


class ChannelQuerySet(models.QuerySet["Channel"]):
    def visible_to(self, user: Reader | None, *, preview: bool = False) -> ChannelQuerySet:
        """Channels whose posts ``user`` may see: the one rule every reading path goes through.

        ``None`` is an anonymous reader. An inactive user is one too. In a ``preview`` a person who may
        view all posts in the admin sees channels that are still closed as well.
        """
        if preview and user is not None and user.has_perm("esm_portal.view_post"):
            return self.all()
        rule: Any = Q(audience=Audience.EVERYONE)
        if user is not None and user.is_authenticated and user.is_active:
            groups = self.model.audience_groups.through.objects.filter(
                group__user=user.pk, channel=models.OuterRef("pk")
            )
            rule |= Q(audience=Audience.SIGNED_IN) | Q(audience=Audience.GROUPS) & models.Exists(groups)
        return self.filter(rule)

    def active(self) -> ChannelQuerySet:
        """Channels that are being read."""
        return self.filter(is_active=True, account__is_active=True)


def no_password_sentence() -> str:
    """What to do with an address that holds a password."""
    return gettext("Put the user name and password into the account, not into the address.")


class Channel(models.Model):
    """One remote place posts come from: a community, a group, a feed."""

    account = models.ForeignKey(
        "esm_portal.Account", on_delete=models.PROTECT, related_name="channels", verbose_name=_("account")
    )
    external_id = models.CharField(
        _("id at the service"), max_length=1000, help_text=_("For a feed, its address.")
    )
    name = models.CharField(_("name"), max_length=200, help_text=_("Shown to readers beside each post."))
    url = models.URLField(
        _("web page"), max_length=1000, blank=True, help_text=_("Where people read this channel themselves.")
    )
    language = models.CharField(
        _("language"),
        max_length=35,
        blank=True,
        help_text=_("Language of most posts, for example “en” or “pt-BR”; used when a post does not say."),
    )
    audience = models.CharField(
        _("who may see it"), max_length=20, choices=Audience.choices, default=Audience.NOBODY
    )
    audience_groups = models.ManyToManyField(
        "auth.Group", blank=True, verbose_name=_("groups"), related_name="+"
    )
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Switch off to stop reading; stored posts stay.")
    )
    sync_interval = models.PositiveIntegerField(
        _("read every (seconds)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(5), MaxValueValidator(7 * 86400)],
        help_text=_("Leave empty for the site's usual interval."),
    )
    options = models.JSONField(_("options"), default=dict, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = ChannelQuerySet.as_manager()

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "external_id"],
                name="esm_channel_unique",
                violation_error_message=_("This account already reads that channel."),
            )
        ]
        permissions = [("sync_channel", "Can read a channel now")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """An address with a password in it would show the password to everybody who edits the channel."""
        scheme, separator, rest = self.external_id.partition("://")
        if separator and scheme and "@" in re.split(r"[/?#]", rest, maxsplit=1)[0]:
            raise ValidationError({"external_id": no_password_sentence()})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and see to it that the channel has a state and that pages notice the change."""
        with transaction.atomic():
            super().save(*args, **kwargs)
            _state, created = ChannelState.objects.get_or_create(channel=self)
            if not created:
                ChannelState.objects.filter(channel=self).bump()

    def interval(self) -> timedelta:
        """How often this channel is read when all is well."""
        return timedelta(seconds=self.sync_interval or get_settings().SYNC_INTERVAL)

    def as_data(self) -> ChannelData:
        """The channel as a provider sees it."""
        return ChannelData(
            external_id=self.external_id,
            name=self.name,
            options=self.options,
            lookback=get_settings().lookback,
        )


class ChannelStateQuerySet(models.QuerySet["ChannelState"]):
    def bump(self) -> int:
        """Tell pages that what they show of these channels has changed."""
        return self.update(version=F("version") + 1)

    def due(self, now: datetime) -> ChannelStateQuerySet:
        """States of active channels whose next attempt is not in the future."""
        return self.filter(
            next_sync_at__lte=now, channel__is_active=True, channel__account__is_active=True
        ).order_by("next_sync_at")


class ChannelState(models.Model):
    """Where the sync of a channel stands. Written by every attempt, so never query-cached."""

    class ErrorKind(models.TextChoices):
        NONE = "", _("none")
        RETRYABLE = "retryable", _("The service does not answer")
        CREDENTIAL = "credential", _("A person must act")
        UNAVAILABLE = "unavailable", _("The channel is not there")
        PAYLOAD = "payload", _("The answer cannot be read")
        STORAGE = "storage", _("The portal could not store it")
        INTERNAL = "internal", _("A fault in the portal")

    channel = models.OneToOneField(
        Channel, on_delete=models.CASCADE, primary_key=True, related_name="state", verbose_name=_("channel")
    )
    #: Grows whenever anything a page shows of this channel changes; part of every fragment's key.
    version = models.PositiveBigIntegerField(default=0)
    cursor = models.JSONField(null=True, blank=True)
    #: None: not read until a person asks for it.
    next_sync_at = models.DateTimeField(null=True, blank=True, default=timezone.now, db_index=True)
    lease_token = models.CharField(max_length=32, blank=True)
    lease_expires_at = models.DateTimeField(null=True, blank=True)
    last_attempt_at = models.DateTimeField(null=True, blank=True)
    last_success_at = models.DateTimeField(null=True, blank=True)
    #: Failed attempts in a row.
    failures = models.PositiveIntegerField(default=0)
    error_kind = models.CharField(max_length=20, choices=ErrorKind.choices, blank=True)
    #: What went wrong, for a comms editor; "" when the last attempt worked.
    error_message = models.TextField(blank=True)
    #: When the present trouble began.
    failing_since = models.DateTimeField(null=True, blank=True)

    objects = ChannelStateQuerySet.as_manager()

    class Meta:
        verbose_name = _("channel state")
        verbose_name_plural = _("channel states")

    def __str__(self) -> str:
        return f"{self.channel_id}: version {self.version}"
