"""Accounts: who the portal is at each provider."""

from __future__ import annotations

import json
import os
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.db.models import Count

from esm_portal.exceptions import ProviderError
from esm_portal.management.output import PortalCommand
from esm_portal.models import Account
from esm_portal.registry import get_providers
from esm_portal.sync.preview import test_account

#: Where `add` looks for secrets: not an argument, since arguments are visible to every process.
CREDENTIALS_VARIABLE = "ESM_CREDENTIALS"


class Command(PortalCommand):
    help = "Add, list, test or remove accounts."
    json_output = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        add = actions.add_parser("add", help="Add an account.")
        add.add_argument("provider", help="Provider id, for example feeds.")
        add.add_argument("name", help="What editors call it.")
        add.add_argument(
            "--option", action="append", default=[], metavar="KEY=VALUE", help="An option of the provider."
        )
        add.epilog = (
            f"Secrets are read from the environment variable {CREDENTIALS_VARIABLE} as a JSON object."
        )
        listing = actions.add_parser("list", help="List accounts.")
        super().add_arguments(listing)
        for action, words in (
            ("test", "See who an account is connected as."),
            ("remove", "Remove an account."),
        ):
            actions.add_parser(action, help=words).add_argument("id", type=int)

    def handle(self, *, action: str, **options: Any) -> None:
        getattr(self, f"_{action}")(options)

    def _add(self, options: dict[str, Any]) -> None:
        if options["provider"] not in get_providers():
            self.usage_error(f"No provider {options['provider']!r}; there are: {', '.join(get_providers())}.")
        if Account.objects.filter(name=options["name"]).exists():
            self.usage_error(f"There is an account named {options['name']!r} already.")
        pairs = [option.partition("=") for option in options["option"]]
        if any(not separator for _key, separator, _value in pairs):
            self.usage_error("Options are written KEY=VALUE.")
        known = get_providers()[options["provider"]].option_help
        unknown = sorted({key for key, _separator, _value in pairs} - known.keys())
        if unknown:
            self.usage_error(
                f"No option {', '.join(unknown)}; {options['provider']} has: {', '.join(known) or 'none'}."
            )
        account = Account(provider=options["provider"], name=options["name"])
        account.options = {key: value for key, _separator, value in pairs}
        account.credentials = self._credentials()
        account.save()
        self.stdout.write(f"Account {account.pk} added: {account.name}.")

    def _credentials(self) -> dict[str, Any]:
        try:
            credentials = json.loads(os.environ.get(CREDENTIALS_VARIABLE, "{}"))
        except ValueError:
            credentials = None
        if not isinstance(credentials, dict):
            self.usage_error(f"{CREDENTIALS_VARIABLE} must hold a JSON object.")
        return credentials

    def _list(self, options: dict[str, Any]) -> None:
        accounts = Account.objects.annotate(channel_count=Count("channels"))
        rows = [
            {
                "id": account.pk,
                "provider": account.provider,
                "name": account.name,
                "is_active": account.is_active,
                "channels": account.channel_count,
            }
            for account in accounts
        ]
        if options["json"]:
            self.write_json(rows)
            return
        columns = ("id", "provider", "name", "is_active", "channels")
        self.write_table(columns, ([row[column] for column in columns] for row in rows))
        self.stdout.write(f"{len(rows)} accounts.")

    def _test(self, options: dict[str, Any]) -> None:
        account = self._get(options["id"])
        try:
            self.stdout.write(test_account(account) or f"{account.name} answers.")
        except (ProviderError, ImproperlyConfigured) as error:
            raise CommandError(f"{account.name}: {error}") from error

    def _remove(self, options: dict[str, Any]) -> None:
        account = self._get(options["id"])
        if account.channels.exists():
            raise CommandError(
                f"{account.name} still has channels; remove them first with esm_channels remove."
            )
        account.delete()
        self.stdout.write(f"Account {options['id']} removed.")

    def _get(self, pk: int) -> Account:
        account = Account.objects.filter(pk=pk).first()
        if account is None:
            self.usage_error(f"No account with id {pk}; esm_accounts list shows them all.")
        return account
