"""RSS, Atom and JSON Feed: a company's blogs, wikis and forums. A channel's id is the feed's address."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import ClassVar
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from esm_portal.exceptions import ChannelUnavailable, InvalidPost, PayloadError, ServiceUnavailable
from esm_portal.http import HTTPResponse
from esm_portal.providers.base import Provider
from esm_portal.providers.feed_reading.document import Document, wish_of
from esm_portal.providers.feed_reading.fields import Entry
from esm_portal.providers.feed_reading.memory import ACCEPT, Memory
from esm_portal.providers.feed_reading.pages import advertised_feeds
from esm_portal.providers.feed_reading.parsing import assign_ids, parse_feed
from esm_portal.providers.feed_reading.text import decode, is_page
from esm_portal.types import Batch, ChannelData, ChannelInfo, Cursor, PostData, SkippedItem

logger = logging.getLogger("esm_portal.feeds")

BATCH_SIZE = 500
#: Pages of one JSON Feed that are read in one go.
MAX_PAGES = 20


class FeedsProvider(Provider):
    """Feeds over HTTP, with conditional requests. A post that leaves a feed's window is not deleted."""

    id: ClassVar[str] = "feeds"
    name: ClassVar[str] = "Feeds"
    credential_help: ClassVar[Mapping[str, str]] = {
        "username": gettext_noop("User name for feeds that ask for one (HTTP Basic). Leave empty otherwise."),
        "password": gettext_noop("Password that belongs to the user name."),
        "bearer": gettext_noop("Access token for feeds that ask for one instead of a user name."),
    }

    def iter_batches(self, channel: ChannelData, cursor: Cursor | None) -> Iterator[Batch]:
        """All entries of the feed, or one empty batch when it has not changed since ``cursor``."""
        memory = Memory.from_cursor(cursor, channel.external_id)
        response, memory = self._fetch(memory)
        if response.status == 304:
            is_known = cursor is not None and memory.as_cursor() == cursor
            yield Batch(
                cursor=None if is_known else memory.as_cursor(),
                wish=wish_of(memory.wish, response.headers),
                total=0,
            )
            return
        document = _read(response)
        entries, skipped = self._all_pages(document, response.url)
        ids, owners = assign_ids(entries, memory.owners)
        memory = replace(
            memory,
            # Of a feed that broke off, the rest must come next time.
            etag="" if document.is_cut else response.headers.get("etag", ""),
            modified="" if document.is_cut else response.headers.get("last-modified", ""),
            wish=document.wish,
            owners=owners,
        )
        yield from _batches(entries, ids, skipped, memory, wish_of(document.wish, response.headers))

    def _fetch(self, memory: Memory) -> tuple[HTTPResponse, Memory]:
        """The answer, and the memory with the address it permanently has by now."""
        if not memory.url:
            response = self.http.get(memory.source, headers=memory.request_headers())
            return response, replace(memory, url=response.moved_to)
        try:
            # Named by the configured host: an address from an answer must not reach further than that answer.
            response = self.http.get(memory.url, headers=memory.request_headers(), named_by=memory.source)
        except ChannelUnavailable:
            return self._fetch(replace(memory, url="", etag="", modified=""))
        return response, replace(memory, url=response.moved_to or memory.url)

    def _all_pages(self, first: Document, url: str) -> tuple[list[Entry], list[SkippedItem]]:
        """Entries of the feed and of the pages it names (JSON Feed's next_url), on the same host only."""
        entries, skipped = list(first.entries), list(first.skipped)
        seen, next_url = {url}, first.next_url
        while next_url and next_url not in seen and len(seen) < MAX_PAGES and _same_place(next_url, url):
            seen.add(next_url)
            page = _read(self.http.get(next_url, headers={"Accept": ACCEPT}, named_by=url))
            entries += page.entries
            skipped += page.skipped
            next_url = page.next_url
        return entries, skipped

    def discover(self, query: str = "") -> Iterable[ChannelInfo]:
        """The feed at the address ``query``, or the feeds that the web page there advertises.

        Raises ProviderError; PayloadError says what to do when there is no feed.
        """
        asked, response = self._fetch_first(_addresses(query))
        text = decode(response.content, response.headers)
        if not is_page(text):
            return [_feed_info(parse_feed(text, response.url), response.moved_to or asked)]
        found = advertised_feeds(text, response.url)
        if not found:
            raise PayloadError(
                _(
                    "This page does not say where its feed is. Look on it for a link named “RSS”, “Atom” "
                    "or “Feed”, and enter the address it leads to. If you see a sign-in form instead, "
                    "enter the user name and password of the account first."
                )
            )
        return [
            ChannelInfo(
                external_id=feed.url,
                name=feed.name or urlsplit(feed.url).netloc,
                url=response.url,
                language=feed.language,
            )
            for feed in found
        ]

    def _fetch_first(self, addresses: Sequence[str]) -> tuple[str, HTTPResponse]:
        """The first address that answers, and its answer; the others are not asked any more."""
        *others, last = addresses
        for address in others:
            try:
                return address, self.http.get(address, headers={"Accept": ACCEPT})
            except ServiceUnavailable:
                continue
        return last, self.http.get(last, headers={"Accept": ACCEPT})

    def test(self) -> str:
        """One sentence; nothing is asked, because an account of feeds has no address of its own."""
        credentials = self.account.credentials
        if credentials.get("username"):
            return _("Feeds are read as “%(name)s”.") % {"name": credentials["username"]}
        if credentials.get("bearer"):
            return _("Feeds are read with the access token of this account.")
        return _("Feeds need no sign-in; this account has none.")


def _read(response: HTTPResponse) -> Document:
    return parse_feed(decode(response.content, response.headers), response.url)


def _batches(
    entries: Sequence[Entry],
    ids: Sequence[str | None],
    skipped: list[SkippedItem],
    memory: Memory,
    wish: timedelta | None,
) -> Iterator[Batch]:
    """Batches of at most BATCH_SIZE entries; only the last one moves the cursor."""
    total = len(entries)
    for start in range(0, max(total, 1), BATCH_SIZE):
        part = slice(start, start + BATCH_SIZE)
        found = (_post(entry, ident, skipped) for entry, ident in zip(entries[part], ids[part], strict=True))
        posts = tuple(post for post in found if post)
        cursor = memory.as_cursor() if start + BATCH_SIZE >= total else None
        yield Batch(posts=posts, cursor=cursor, skipped=tuple(skipped), wish=wish, total=total)
        skipped = []


def _post(entry: Entry, ident: str | None, skipped: list[SkippedItem]) -> PostData | None:
    """The entry as a post; None, and one more in ``skipped``, when it cannot be read."""
    try:
        if ident is None:
            raise InvalidPost(_("The feed holds this entry twice."))
        return entry.post(ident)
    except InvalidPost as error:
        reason = error.message
    except (ValueError, TypeError):
        logger.exception("A malformed entry was skipped: %.80r", ident)
        reason = _("The entry is malformed.")
    skipped.append(SkippedItem(external_id=ident or entry.guid, reason=reason))
    return None


def _feed_info(document: Document, address: str) -> ChannelInfo:
    return ChannelInfo(
        external_id=address,
        name=document.title or urlsplit(address).netloc,
        url=document.home_url,
        description=document.description,
        language=document.language,
    )


def _addresses(query: str) -> list[str]:
    """Addresses to try for what a person typed."""
    query = query.strip()
    if query.lower().startswith("feed:"):
        query = query[5:].removeprefix("//")
    if "://" in query:
        return [query]
    if not query:
        raise PayloadError(_("Please enter the address of a web page or a feed."))
    return [f"https://{query}", f"http://{query}"]


def _same_place(url: str, other: str) -> bool:
    return urlsplit(url)[:2] == urlsplit(other)[:2]
