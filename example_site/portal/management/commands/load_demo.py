"""Load the demo portal."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from example_site.portal import demo_data


class Command(BaseCommand):
    help = "Load the demo portal: logins, channels and pages. What is there already stays as it is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--migrate", action="store_true", help="Bring the database up to date first.")

    def handle(self, **options: Any) -> None:
        if options["migrate"]:
            executor = MigrationExecutor(connection)
            if executor.migration_plan(executor.loader.graph.leaf_nodes()):
                call_command("migrate", verbosity=0, interactive=False)
        with transaction.atomic():
            demo_data.load_people()
            channels = demo_data.load_channels(f"http://127.0.0.1:{settings.DEMO_FEEDS_PORT}/")
            demo_data.load_pages(channels)
            demo_data.place_site(settings.DEMO_PORT)
        if options["verbosity"] > 1:
            self.stdout.write(f"The demo portal has {len(channels)} channels.")
