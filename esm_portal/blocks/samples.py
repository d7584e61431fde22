"""Posts of nobody, shown in the editor's preview while the portal has not read any."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.html import format_html
from django.utils.translation import gettext as _

from esm_portal.models import Account, Author, Channel, Post
from esm_portal.types import PostKind


def sample_posts(now: datetime, limit: int) -> list[Post]:
    """Up to ``limit`` unsaved posts in the reader's language, newest first, each of another kind."""
    return [
        _post(
            1,
            now - timedelta(minutes=14),
            PostKind.QUESTION,
            Author(name="Aiko Nakamura", job_title=_("Formulation lead"), country=_("Japan")),
            _("Has anyone kept a water-free stick stable above 40 °C without adding wax?"),
            replies=12,
        ),
        _post(
            2,
            now - timedelta(hours=1),
            PostKind.POST,
            Author(name="Fatima Mansour", job_title=_("Store manager"), country=_("United Arab Emirates")),
            _("We turned the tester bar into a “bring your own empty” counter. 218 refills in one weekend."),
            replies=24,
        ),
        _post(
            3,
            now - timedelta(hours=3),
            PostKind.PRAISE,
            Author(name="Lucas Bernard", job_title=_("Supply planning"), country=_("France")),
            _(
                "Ngozi rebuilt our forecast sheet and wrote the guide nobody had asked for. "
                "Three plants use it already."
            ),
            replies=9,
        ),
    ][:limit]


def _post(number: int, moment: datetime, kind: PostKind, author: Author, text: str, replies: int) -> Post:
    channel = Channel(name=_("Sample channel"), account=Account(name=_("Sample account")))
    post = Post(
        pk=-number,
        channel=channel,
        author=author,
        kind=kind.value,
        text=text,
        clean_html=format_html("<p>{}</p>", text),
        published_at=moment,
        replies_count=replies,
    )
    # An unsaved post has no attachments to ask the database for.
    post._prefetched_objects_cache = {"attachments": []}  # type: ignore[attr-defined]
    return post
