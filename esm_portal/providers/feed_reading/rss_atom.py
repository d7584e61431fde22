"""RSS 0.9x, 1.0 and 2.0, RDF and Atom, read by feedparser. Pure: text in, document out.

feedparser is told neither to sanitise (html.clean() does, and knows more) nor to resolve links, and is given
no address: that would double its time, and ids would change when a feed moves. Links are resolved here.
"""

from __future__ import annotations

import io
import logging
from typing import Any
from xml.sax import SAXException

import feedparser
from django.utils.translation import gettext as _

from esm_portal.exceptions import PayloadError
from esm_portal.providers.feed_reading import fields
from esm_portal.providers.feed_reading.document import Document, syndication_seconds
from esm_portal.providers.feed_reading.text import (
    declares_entities,
    ends_early,
    last_entry_is_cut,
    repaired,
    root_name,
    undeclared,
)
from esm_portal.providers.feed_reading.xml_entry import (
    Context,
    Fields,
    XMLEntry,
    author_of,
    text_of,
    words_of,
)
from esm_portal.types import SkippedItem

logger = logging.getLogger("esm_portal.feeds")

_UTF8 = {"content-type": "application/xml; charset=utf-8"}


def parse_xml(text: str, url: str) -> Document:
    """The feed in ``text`` that came from ``url``. Raises PayloadError when it is none, or is dangerous."""
    if declares_entities(text):
        raise PayloadError(
            _("The feed declares entities of its own, which can be used for attacks. It was not read.")
        )
    result = _feedparser(text)
    if _is_broken(result):
        text = repaired(text)
        result = _feedparser(text)
        logger.info("A feed is not well-formed XML: %s", result.get("bozo_exception"))
    if "encoding" not in result:
        raise PayloadError(_("The feed is so badly formed that nothing in it could be read."))
    is_broken = _is_broken(result)
    entries = [dict(entry) for entry in result["entries"]]
    is_cut = is_broken and ends_early(text)
    skipped = [_cut_off(entries.pop())] if is_cut and entries and last_entry_is_cut(text) else []
    if not entries:
        _require_feed(result, text, is_cut=is_cut)
    return _document(dict(result["feed"]), result.get("version") or "", entries, tuple(skipped), is_cut, url)


def _feedparser(text: str) -> Fields:
    """What feedparser makes of ``text``; only the error when it gives up."""
    try:
        # A stream, because feedparser would take a string for the name of a file to open.
        result: Fields = feedparser.parse(
            io.BytesIO(undeclared(text).encode("utf-8", "replace")),
            response_headers=_UTF8,
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except (LookupError, ValueError, TypeError, AttributeError, AssertionError, RecursionError) as error:
        return {"bozo_exception": error}
    return result


def _is_broken(result: Fields) -> bool:
    """Whether it was read by guessing or not at all; other complaints of feedparser are harmless."""
    return "encoding" not in result or isinstance(result.get("bozo_exception"), SAXException)


def _require_feed(result: Fields, text: str, *, is_cut: bool) -> None:
    """A feed may be empty; what is no feed, or broke off before its first entry, is an error."""
    if not result.get("version"):
        raise PayloadError(
            _("The address answered with data that is not a feed (its first element is <%(name)s>).")
            % {"name": root_name(text)[:40]}
            if root_name(text)
            else _("The address answered with something that is neither a feed nor a web page.")
        )
    if is_cut:
        raise PayloadError(_("The feed breaks off before the end of its first entry."))


def _cut_off(entry: Fields) -> SkippedItem:
    return SkippedItem(
        external_id=fields.identifier(text_of(entry, "id")),
        reason=_("The feed breaks off within this entry."),
    )


def _document(
    feed: Fields,
    version: str,
    entries: list[dict[str, Any]],
    skipped: tuple[SkippedItem, ...],
    is_cut: bool,
    url: str,
) -> Document:
    is_atom = version.startswith("atom")
    home_url = fields.web_address(url, text_of(feed, "link"))
    context = Context(
        url=url,
        # RSS does not say what its links are relative to; the site is right more often than the feed.
        base=url if is_atom else home_url or url,
        language=text_of(feed, "language"),
        is_atom=is_atom,
        # An Atom entry without an author is by the feed's; RSS knows only an editor to write to.
        author=author_of(feed, url, is_atom=True) if is_atom else None,
    )
    return Document(
        title=words_of(feed, "title", fields.MAX_NAME),
        home_url=home_url,
        description=words_of(feed, "subtitle", fields.MAX_TITLE),
        language=fields.language(context.language),
        entries=[XMLEntry(entry, context) for entry in entries],
        skipped=skipped,
        is_cut=is_cut,
        wish=syndication_seconds(
            feed.get("ttl"), feed.get("sy_updateperiod"), feed.get("sy_updatefrequency")
        ),
    )
