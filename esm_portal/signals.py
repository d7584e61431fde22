"""Signals, sent after the transaction that wrote the rows has committed."""

from __future__ import annotations

from django.dispatch import Signal

#: Arguments: channel_id (int), created (list of post ids), updated (list of post ids).
posts_synced = Signal()

#: Arguments: channel_id (int), run_id (int), outcome (str). Sent for every attempt.
sync_finished = Signal()
