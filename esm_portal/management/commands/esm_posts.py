"""What is stored, for audits."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from esm_portal.management.output import PortalCommand
from esm_portal.models import Channel, Post


class Command(PortalCommand):
    help = "List the stored posts, newest first, whoever may see them."
    json_output = True

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--channel", type=int, metavar="ID", help="Only posts of this channel.")

    def handle(self, **options: Any) -> None:
        posts = Post.objects.select_related("author", "channel").newest_first()
        if options["channel"] is not None:
            if not Channel.objects.filter(pk=options["channel"]).exists():
                self.usage_error(
                    f"No channel with id {options['channel']}; esm_channels list shows them all."
                )
            posts = posts.filter(channel=options["channel"])
        if options["json"]:
            self.write_json([_as_dict(post) for post in posts.prefetch_related("attachments").iterator(500)])
            return
        columns = ("id", "channel", "published_at", "author", "title")
        rows = (_as_dict(post, attachments=False) for post in posts.iterator(500))
        self.write_table(columns, ([row[column] for column in columns] for row in rows))
        self.stdout.write(f"{posts.count()} posts.")


def _as_dict(post: Post, *, attachments: bool = True) -> dict[str, Any]:
    row = {
        "id": post.pk,
        "channel": post.channel_id,
        "external_id": post.external_id,
        "kind": post.kind,
        "title": post.heading,
        "text": post.text,
        "html": post.clean_html,
        "url": post.url,
        "author": post.author.name if post.author else None,
        "language": post.language,
        "topics": post.topics,
        "published_at": post.published_at,
        "edited_at": post.edited_at,
        "synced_at": post.synced_at,
        "is_shown": post.is_shown,
    }
    if attachments:
        row["attachments"] = [
            {"kind": item.kind, "url": item.url, "name": item.name} for item in post.attachments.all()
        ]
    return row
