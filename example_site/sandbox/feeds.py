"""The three feeds: RSS 2.0 for the blog, Atom for the wiki, JSON Feed 1.1 for the forum. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from xml.etree import ElementTree as ET  # (only written here, never parsed)

from example_site.sandbox.media import pdf, png
from example_site.sandbox.pool import Source, body_html
from example_site.sandbox.stream import Publication

ATOM = "http://www.w3.org/2005/Atom"
DC = "http://purl.org/dc/elements/1.1/"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
MEDIA = "http://search.yahoo.com/mrss/"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
for prefix, uri in (("atom", ATOM), ("dc", DC), ("content", CONTENT), ("media", MEDIA)):
    ET.register_namespace(prefix, uri)


def identifier(item: Publication) -> str:
    """A tag URI (RFC 4151): stays the same when the server moves to another port."""
    return f"tag:lumiere.example,{item.published_at:%Y}:{item.source}/{item.slug}"


def render(source: Source, items: Sequence[Publication], base: str, now: datetime) -> bytes:
    """The feed of ``source`` with ``items`` (newest first); ``base`` is the server's own address."""
    kind = {"blog": _rss, "wiki": _atom, "forum": _json_feed}[source.key]
    return kind(source, items, base, now)


def _address(base: str, item: Publication) -> str:
    return f"{base}/{item.source}/{item.slug}/"


def _rss(source: Source, items: Sequence[Publication], base: str, now: datetime) -> bytes:
    root = ET.Element("rss", version="2.0")
    channel = ET.SubElement(root, "channel")
    _sub(channel, "title", source.name)
    _sub(channel, "link", f"{base}/{source.key}/")
    _sub(channel, "description", source.description)
    _sub(channel, "language", "en")
    ET.SubElement(
        channel,
        f"{{{ATOM}}}link",
        rel="self",
        type=source.mime_type,
        href=f"{base}/{source.key}/{source.feed}",
    )
    for item in items:
        entry = item.entry
        node = ET.SubElement(channel, "item")
        _sub(node, "title", entry.title)
        _sub(node, "link", _address(base, item))
        _sub(node, "guid", identifier(item)).set("isPermaLink", "false")
        _sub(node, "pubDate", format_datetime(item.published_at, usegmt=True))
        _sub(node, f"{{{DC}}}creator", entry.author.name)
        _sub(node, f"{{{DC}}}language", entry.lang)
        for topic in entry.topics:
            _sub(node, "category", topic)
        _sub(node, "description", entry.text.split("\n\n")[0].replace("\n", " "))
        _sub(node, f"{{{CONTENT}}}encoded", body_html(entry, answered=item.is_answered(now)))
        for name, mime, size, title in _files(item):
            url = f"{base}/media/{name}"
            ET.SubElement(node, "enclosure", url=url, type=mime, length=str(size))
            if mime == "image/png":
                picture = ET.SubElement(node, f"{{{MEDIA}}}content", url=url, type=mime, medium="image")
                _sub(picture, f"{{{MEDIA}}}description", title).set("type", "plain")
    return _xml(root)


def _atom(source: Source, items: Sequence[Publication], base: str, now: datetime) -> bytes:
    # The feed's own vocabulary goes without a prefix, as wikis write it.
    root = ET.Element("feed", {"xmlns": ATOM, XML_LANG: "en"})
    _sub(root, "id", f"tag:lumiere.example,2024:{source.key}")
    _sub(root, "title", source.name)
    _sub(root, "subtitle", source.description)
    _sub(root, "updated", _newest(items, now).isoformat())
    ET.SubElement(root, "link", rel="self", href=f"{base}/{source.key}/{source.feed}")
    ET.SubElement(root, "link", rel="alternate", type="text/html", href=f"{base}/{source.key}/")
    for item in items:
        entry = item.entry
        node = ET.SubElement(root, "entry", {XML_LANG: entry.lang})
        _sub(node, "id", identifier(item))
        _sub(node, "title", entry.title)
        _sub(node, "published", item.published_at.isoformat())
        _sub(node, "updated", item.updated_at(now).isoformat())
        author = ET.SubElement(node, "author")
        _sub(author, "name", entry.author.name)
        _sub(author, "uri", f"{base}/people/{entry.author.key}/")
        ET.SubElement(node, "link", rel="alternate", type="text/html", href=_address(base, item))
        for name, mime, size, title in _files(item):
            url = f"{base}/media/{name}"
            ET.SubElement(node, "link", rel="enclosure", type=mime, length=str(size), href=url, title=title)
        for topic in entry.topics:
            ET.SubElement(node, "category", term=topic)
        _sub(node, "content", body_html(entry, answered=item.is_answered(now))).set("type", "html")
    return _xml(root)


def _json_feed(source: Source, items: Sequence[Publication], base: str, now: datetime) -> bytes:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": source.name,
        "description": source.description,
        "home_page_url": f"{base}/{source.key}/",
        "feed_url": f"{base}/{source.key}/{source.feed}",
        "language": "en",
        "items": [_json_item(item, base, now) for item in items],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1).encode()


def _json_item(item: Publication, base: str, now: datetime) -> dict[str, object]:
    entry = item.entry
    result: dict[str, object] = {
        "id": identifier(item),
        "url": _address(base, item),
        "content_html": body_html(entry, answered=item.is_answered(now)),
        "date_published": item.published_at.isoformat(),
        "authors": [{"name": entry.author.name, "url": f"{base}/people/{entry.author.key}/"}],
        "tags": list(entry.topics),
        "language": entry.lang,
    }
    if entry.title:
        result["title"] = entry.title
    if item.is_answered(now):
        result["date_modified"] = item.updated_at(now).isoformat()
    files = _files(item)
    if files:
        result["attachments"] = [
            {"url": f"{base}/media/{name}", "mime_type": mime, "size_in_bytes": size, "title": title}
            for name, mime, size, title in files
        ]
    return result


def _files(item: Publication) -> list[tuple[str, str, int, str]]:
    """(path below /media/, media type, bytes, title) of what hangs on a publication."""
    entry = item.entry
    files = []
    if entry.picture:
        files.append((f"{entry.slug}.png", "image/png", len(png(entry.slug)), entry.picture))
    if entry.document:
        files.append((f"{entry.slug}.pdf", "application/pdf", len(pdf(entry.document)), entry.document))
    return files


def _newest(items: Sequence[Publication], now: datetime) -> datetime:
    return max((item.updated_at(now) for item in items), default=now)


def _sub(parent: ET.Element, tag: str, text: str) -> ET.Element:
    node = ET.SubElement(parent, tag)
    node.text = text
    return node


def _xml(root: ET.Element) -> bytes:
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))
