"""How every channel is."""

from __future__ import annotations

from typing import Any

from esm_portal.audience import audience_sentence
from esm_portal.management.output import PortalCommand
from esm_portal.models import Channel
from esm_portal.sync.wording import advice


class Command(PortalCommand):
    help = "Show when each channel was read and is next read. Ends with 1 when one is failing."
    json_output = True

    def handle(self, **options: Any) -> None:
        channels = Channel.objects.select_related("account", "state").prefetch_related("audience_groups")
        rows = [_as_dict(channel) for channel in channels]
        if options["json"]:
            self.write_json(rows)
        else:
            columns = ("id", "name", "state", "last_success_at", "next_sync_at", "message")
            self.write_table(columns, ([row[column] for column in columns] for row in rows))
            failing = sum(row["state"] == "failing" for row in rows)
            self.stdout.write(f"{len(rows)} channels, {failing} failing.")
        if any(row["state"] == "failing" for row in rows):
            raise SystemExit(1)


def _as_dict(channel: Channel) -> dict[str, Any]:
    state = channel.state
    if not (channel.is_active and channel.account.is_active):
        word = "off"
    elif state.failures:
        word = "failing"
    else:
        word = "ok" if state.last_success_at else "waiting"
    return {
        "id": channel.pk,
        "name": channel.name,
        "account": channel.account.name,
        "provider": channel.account.provider,
        "state": word,
        "audience": channel.audience,
        "audience_sentence": audience_sentence(channel),
        "last_attempt_at": state.last_attempt_at,
        "last_success_at": state.last_success_at,
        "next_sync_at": state.next_sync_at,
        "failures": state.failures,
        "error_kind": str(state.error_kind),
        "message": state.error_message,
        "advice": advice(state.error_kind),
    }
