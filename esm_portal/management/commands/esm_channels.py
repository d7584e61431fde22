"""Channels: the places posts come from."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.management.base import CommandError
from django.db.models import Count

from esm_portal.exceptions import ProviderError
from esm_portal.management.output import PortalCommand
from esm_portal.models import Account, Audience, Channel
from esm_portal.sync.preview import discover


class Command(PortalCommand):
    help = "Discover, add, list or remove channels."
    json_output = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        find = actions.add_parser("discover", help="See what an account can read.")
        find.add_argument("account", type=int, help="Id of the account.")
        find.add_argument("query", nargs="?", default="", help="A word, or the address of a page or feed.")
        super().add_arguments(find)
        add = actions.add_parser("add", help="Add a channel; it stays closed unless an audience is given.")
        add.add_argument("account", type=int, help="Id of the account.")
        add.add_argument("external_id", help="Id at the service; for a feed, its address.")
        add.add_argument("--name", help="What readers see; default: what the service calls it.")
        add.add_argument(
            "--audience",
            choices=[Audience.NOBODY, Audience.SIGNED_IN, Audience.EVERYONE],
            default=Audience.NOBODY,
        )
        super().add_arguments(actions.add_parser("list", help="List channels."))
        remove = actions.add_parser("remove", help="Remove a channel and its stored posts.")
        remove.add_argument("id", type=int)

    def handle(self, *, action: str, **options: Any) -> None:
        getattr(self, f"_{action}")(options)

    def _discover(self, options: dict[str, Any]) -> None:
        found = self._find(self._account(options["account"]), options["query"])
        if options["json"]:
            self.write_json([asdict(info) for info in found])
            return
        self.write_table(("external_id", "name", "url"), ((i.external_id, i.name, i.url) for i in found))
        self.stdout.write(f"{len(found)} channels found.")

    def _add(self, options: dict[str, Any]) -> None:
        account = self._account(options["account"])
        channel = Channel(account=account, external_id=options["external_id"], audience=options["audience"])
        if options["name"]:
            channel.name = options["name"]
        else:
            found = self._find(account, options["external_id"])
            info = next((info for info in found if info.external_id == channel.external_id), None)
            if info is None:
                listing = ", ".join(info.external_id for info in found) or "nothing"
                raise CommandError(f"No channel {channel.external_id}; found there: {listing}.")
            channel.name, channel.url, channel.language = info.name[:200], info.url, info.language
        try:
            channel.full_clean()
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        channel.save()
        self.stdout.write(f"Channel {channel.pk} added: {channel.name}.")

    def _list(self, options: dict[str, Any]) -> None:
        channels = Channel.objects.select_related("account").annotate(post_count=Count("posts"))
        rows = [
            {
                "id": channel.pk,
                "account": channel.account.name,
                "name": channel.name,
                "external_id": channel.external_id,
                "audience": channel.audience,
                "is_active": channel.is_active,
                "posts": channel.post_count,  # type: ignore[attr-defined]
            }
            for channel in channels
        ]
        if options["json"]:
            self.write_json(rows)
            return
        columns = ("id", "account", "name", "audience", "is_active", "posts", "external_id")
        self.write_table(columns, ([row[column] for column in columns] for row in rows))
        self.stdout.write(f"{len(rows)} channels.")

    def _remove(self, options: dict[str, Any]) -> None:
        channel = Channel.objects.filter(pk=options["id"]).first()
        if channel is None:
            self.usage_error(f"No channel with id {options['id']}; esm_channels list shows them all.")
        posts = channel.posts.count()
        channel.delete()
        self.stdout.write(f"Channel {options['id']} removed with {posts} posts.")

    def _account(self, pk: int) -> Account:
        account = Account.objects.filter(pk=pk).first()
        if account is None:
            self.usage_error(f"No account with id {pk}; esm_accounts list shows them all.")
        return account

    def _find(self, account: Account, query: str) -> list[Any]:
        try:
            return discover(account, query)
        except (ProviderError, ImproperlyConfigured) as error:
            raise CommandError(f"{account.name}: {error}") from error
