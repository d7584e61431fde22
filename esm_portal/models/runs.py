from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from esm_portal.conf import site_setting
from esm_portal.models.channels import Channel, ChannelState


class SyncRun(models.Model):
    """One attempt to read one channel, whatever its outcome."""

    class Outcome(models.TextChoices):
        QUEUED = "queued", _("Waiting for a worker")
        RUNNING = "running", _("Running")
        SUCCESS = "success", _("Done")
        FAILED = "failed", _("Failed")
        SKIPPED = "skipped", _("Not needed")
        INTERRUPTED = "interrupted", _("Interrupted")

    class Trigger(models.TextChoices):
        SCHEDULE = "schedule", _("Schedule")
        PERSON = "person", _("A person")
        COMMAND = "command", _("Command line")

    channel = models.ForeignKey(
        Channel, on_delete=models.CASCADE, related_name="runs", verbose_name=_("channel")
    )
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome.choices, default=Outcome.QUEUED)
    trigger = models.CharField(_("started by"), max_length=20, choices=Trigger.choices)
    requested_by = models.ForeignKey(
        site_setting("AUTH_USER_MODEL"), on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField(_("asked for"), auto_now_add=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    batches = models.PositiveIntegerField(_("batches"), default=0)
    requests = models.PositiveIntegerField(_("requests"), default=0)
    created = models.PositiveIntegerField(_("new"), default=0)
    updated = models.PositiveIntegerField(_("changed"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    skipped = models.PositiveIntegerField(_("unreadable"), default=0)
    #: How many posts the run expects, for a progress bar; None when unknown.
    total = models.PositiveIntegerField(null=True, blank=True)
    error_kind = models.CharField(
        _("error"), max_length=20, choices=ChannelState.ErrorKind.choices, blank=True
    )
    #: One or two sentences for a comms editor.
    message = models.TextField(_("message"), blank=True)
    #: For IT: the error as raised, and why items were skipped. Holds no secret.
    detail = models.TextField(_("detail"), blank=True)

    class Meta:
        verbose_name = _("sync run")
        verbose_name_plural = _("sync runs")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["channel", "-created_at"], name="esm_run_channel")]

    def __str__(self) -> str:
        return f"{self.channel_id} {self.outcome}"

    @property
    def is_over(self) -> bool:
        return self.outcome not in (self.Outcome.QUEUED, self.Outcome.RUNNING)
