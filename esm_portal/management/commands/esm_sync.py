"""Read channels now."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from esm_portal.management.output import PortalCommand, Progress
from esm_portal.models import Channel, ChannelQuerySet, ChannelState, SyncRun
from esm_portal.registry import get_providers
from esm_portal.sync.engine import sync_channel


class Command(PortalCommand):
    help = "Read channels now: all active ones, or those named."
    json_output = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--channel", type=int, action="append", metavar="ID", help="Only this channel.")
        parser.add_argument("--provider", metavar="P", help="Only channels of this provider.")
        parser.add_argument("--due", action="store_true", help="Only channels whose time has come.")
        parser.add_argument("--full", action="store_true", help="From the beginning, ignoring the cursor.")
        parser.add_argument("--dry-run", action="store_true", help="Only count; store nothing.")

    def handle(self, **options: Any) -> None:
        channels = self._channels(options)
        runs: list[SyncRun] = []
        with Progress(self, len(channels), unit="channels", quiet=options["json"]) as progress:
            for channel in channels:
                progress.now(channel.name)
                runs.append(self._sync(channel, progress, options))
                progress.step()
                if not options["json"] and not self.stdout.isatty():
                    self.stdout.write(f"{channel.pk}\t{channel.name}\t{runs[-1].outcome}\t{runs[-1].message}")
        failed = [run for run in runs if run.outcome == SyncRun.Outcome.FAILED]
        if options["json"]:
            self.write_json([_as_dict(run) for run in runs])
        else:
            self._summarise(runs, failed, dry_run=options["dry_run"])
        if failed:
            raise SystemExit(1)

    def _channels(self, options: dict[str, Any]) -> list[Channel]:
        channels: ChannelQuerySet = Channel.objects.select_related("account").order_by("pk")
        if options["provider"]:
            if options["provider"] not in get_providers():
                self.usage_error(
                    f"No provider {options['provider']!r}; there are: {', '.join(get_providers())}."
                )
            channels = channels.filter(account__provider=options["provider"])
        if options["channel"]:
            wanted = set(options["channel"])
            found = list(channels.filter(pk__in=wanted))
            missing = wanted - {channel.pk for channel in found}
            if missing:
                listing = ", ".join(str(pk) for pk in sorted(missing))
                self.usage_error(f"No channel with id {listing}; esm_channels list shows them all.")
            return found
        channels = channels.active()
        if options["due"]:
            channels = channels.filter(state__in=ChannelState.objects.due(timezone.now()))
        return list(channels)

    def _sync(self, channel: Channel, progress: Progress, options: dict[str, Any]) -> SyncRun:
        def on_batch(run: SyncRun) -> None:
            done = run.created + run.updated + run.unchanged
            progress.now(f"{channel.name}: {done} of {run.total}" if run.total else f"{channel.name}: {done}")

        try:
            return sync_channel(
                channel.pk, full=options["full"], dry_run=options["dry_run"], on_batch=on_batch
            )
        except ImproperlyConfigured as error:
            # On record already; the other channels are read all the same.
            return SyncRun(channel=channel, outcome=SyncRun.Outcome.FAILED, message=str(error))

    def _summarise(self, runs: list[SyncRun], failed: list[SyncRun], *, dry_run: bool) -> None:
        if self.stdout.isatty():
            for run in runs:
                if run.outcome != SyncRun.Outcome.SUCCESS:
                    self.stdout.write(f"{run.channel.name}: {run.message}")
        sums = {
            field: sum(getattr(run, field) for run in runs)
            for field in ("created", "updated", "unchanged", "skipped")
        }
        self.stdout.write(
            f"{'Dry run: ' if dry_run else ''}{len(runs)} channels, {len(failed)} failed: "
            f"{sums['created']} new, {sums['updated']} changed, {sums['unchanged']} unchanged, "
            f"{sums['skipped']} unreadable."
        )


def _as_dict(run: SyncRun) -> dict[str, Any]:
    return {
        "channel": run.channel_id,
        "name": run.channel.name,
        "outcome": str(run.outcome),
        "message": run.message,
        "error_kind": str(run.error_kind),
        "created": run.created,
        "updated": run.updated,
        "unchanged": run.unchanged,
        "skipped": run.skipped,
        "batches": run.batches,
        "requests": run.requests,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
    }
