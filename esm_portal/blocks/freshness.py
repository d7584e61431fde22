"""The line that says how old the posts of a block are, in one plain sentence or two."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.formats import date_format
from django.utils.html import avoid_wrapping, format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from esm_portal.selectors import ChannelView, Freshness, freshness


def freshness_line(channels: Sequence[ChannelView], now: datetime) -> SafeString:
    """A paragraph about the age of what ``channels`` show, or "" when none was ever read."""
    fresh = freshness(channels, now)
    text = freshness_text(fresh, all_silent=len(fresh.silent) == len(channels), now=now)
    tone = " esm-fresh--silent" if fresh.silent else ""
    return format_html('<p class="esm-fresh{}">{}</p>', tone, text) if text else SafeString("")


def freshness_text(fresh: Freshness, *, all_silent: bool, now: datetime) -> str:
    """The words of the line. Pure: ``now`` is given."""
    if not fresh.silent:
        return _updated(fresh.updated_at, now)
    names = _silent_names(fresh.silent)
    if all_silent and fresh.updated_at:
        return ngettext(
            "%(names)s is not answering; these are the posts of %(time)s.",
            "%(names)s are not answering; these are the posts of %(time)s.",
            len(fresh.silent),
        ) % {"names": names, "time": _clock(fresh.updated_at, now)}
    silent = ngettext("%(names)s is not answering.", "%(names)s are not answering.", len(fresh.silent)) % {
        "names": names
    }
    return " ".join(part for part in (_updated(fresh.updated_at, now, stop="."), silent) if part)


def _updated(moment: datetime | None, now: datetime, stop: str = "") -> str:
    if moment is None:
        return ""
    if (now - moment).total_seconds() < 60:
        return _("Updated just now") + stop
    return _("Updated %(time)s ago") % {"time": avoid_wrapping(timesince(moment, now, depth=1))} + stop


def _silent_names(names: Sequence[str]) -> str:
    if len(names) <= 2:
        return _(" and ").join(names)
    return _("%(first)s and %(count)d more") % {"first": names[0], "count": len(names) - 1}


def _clock(moment: datetime, now: datetime) -> str:
    local = localtime(moment)
    # "a.m." would end the sentence with two full stops, so the clock has 24 hours.
    time = date_format(local, "G:i")
    if local.date() == localtime(now).date():
        return time
    return f"{date_format(local, 'DATE_FORMAT')}, {time}"
