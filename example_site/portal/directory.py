"""The company's directory: what somebody does and where, which feeds do not say.

An intranet knows its people. After each read this fills in the job title and the country of authors whom a
feed names by name only: a use of the signals that esm_portal sends after commit.
"""

from __future__ import annotations

from django.db import transaction

from esm_portal.models import Author, ChannelState
from esm_portal.signals import posts_synced
from example_site.sandbox.pool import load_people


def connect() -> None:
    """Listen for posts that were just stored."""
    posts_synced.connect(add_details, dispatch_uid="portal.directory")


def add_details(*, created: list[int], updated: list[int], **_kwargs: object) -> None:
    """Complete the authors of these posts, and let pages notice."""
    people = {person.name: person for person in load_people().values()}
    authors = Author.objects.filter(posts__in=[*created, *updated], job_title="", name__in=people).distinct()
    with transaction.atomic():
        changed = list(authors)
        for author in changed:
            person = people[author.name]
            author.job_title, author.country = person.job, person.country
        if changed:
            Author.objects.bulk_update(changed, ["job_title", "country"])
            ChannelState.objects.filter(channel__posts__author__in=changed).bump()
