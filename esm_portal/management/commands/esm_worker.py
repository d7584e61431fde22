"""Scheduler and worker in one process, for sites without a queue of their own."""

from __future__ import annotations

import logging
import signal
import threading
import time
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.core.management.base import CommandError
from django.db import DatabaseError, InterfaceError, close_old_connections

from esm_portal import cache
from esm_portal.management.output import PortalCommand
from esm_portal.tasks import WorkerUnavailableError, enqueue_due, make_worker, prune

#: Seconds between two times that old records are deleted.
PRUNE_EVERY = 3600

logger = logging.getLogger("esm_portal.worker")


class Command(PortalCommand):
    help = "Hand due channels to the background tasks and run those tasks, until Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--threads", type=int, default=2, metavar="N", help="Channels read side by side (default: 2)."
        )
        parser.add_argument(
            "--scheduler-only", action="store_true", help="Only hand out due channels; workers run elsewhere."
        )
        parser.add_argument("--once", action="store_true", help="Do what is due now, then end.")

    def handle(self, **options: Any) -> None:
        if options["threads"] < 1:
            self.usage_error("--threads must be at least 1.")
        self._stop = threading.Event()
        self._next_prune = time.monotonic()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)
        if options["once"]:
            enqueue_due()
            self._workers(0 if options["scheduler_only"] else 1, once=True)
            return
        threads = self._workers(0 if options["scheduler_only"] else options["threads"], once=False)
        self.stdout.write(f"Reading channels as they are due, {len(threads)} at a time. Ctrl-C ends it.")
        while not self._stop.wait(1):
            self._schedule()
        logger.info("Stopping after the tasks at hand.")
        for thread in threads:
            thread.join()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._stop.set()

    def _schedule(self) -> None:
        close_old_connections()
        cache.guard_query_cache()
        try:
            enqueue_due()
            if time.monotonic() >= self._next_prune:
                prune()
                self._next_prune = time.monotonic() + PRUNE_EVERY
        except (DatabaseError, InterfaceError) as error:
            # The database is restarting or busy; what is due stays due.
            logger.warning("Could not look for due channels: %s", error)

    def _workers(self, count: int, *, once: bool) -> list[threading.Thread]:
        try:
            workers = [make_worker(once=once) for _number in range(count)]
        except WorkerUnavailableError as error:
            raise CommandError(str(error)) from error
        if once:
            for worker in workers:
                worker.run()
            return []
        threads = [threading.Thread(target=self._work, args=(worker,), daemon=True) for worker in workers]
        for thread in threads:
            thread.start()
        return threads

    def _work(self, worker: Any) -> None:
        def stop() -> None:
            self._stop.wait()
            worker.running = False

        threading.Thread(target=stop, daemon=True).start()
        while worker.running:
            try:
                worker.run()
            except (DatabaseError, InterfaceError) as error:
                logger.warning("The database did not answer: %s. Trying again.", error)
                self._stop.wait(2)
