"""The sandbox's own HTML pages: enough for a link to lead somewhere, and to advertise each feed."""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import datetime

from example_site.sandbox.pool import Person, Source, body_html
from example_site.sandbox.stream import Publication

STYLE = b"""\
:root { color-scheme: light dark }
body { max-width: 42rem; margin: 3rem auto; padding: 0 1rem; font: 1rem/1.6 system-ui, sans-serif }
img { max-width: 100%; height: auto; border-radius: 10px }
blockquote { margin-inline: 0; padding-inline-start: 1rem; border-inline-start: 3px solid }
li { margin-block: .4rem }
"""


def start_page(sources: Sequence[Source]) -> bytes:
    """Where somebody lands who opens the server itself."""
    items = "".join(
        f'<li><a href="/{source.key}/">{_text(source.name)}</a>: {_text(source.description)}</li>'
        for source in sources
    )
    body = f"<h1>Lumière</h1><p>Three sites of a company that does not exist.</p><ul>{items}</ul>"
    return _document("Lumière", body)


def source_page(source: Source, items: Sequence[Publication]) -> bytes:
    """The front page of one site, which says where its feed is."""
    rows = "".join(
        f'<li lang="{item.entry.lang}" dir="auto"><a href="/{source.key}/{item.slug}/">{_heading(item)}</a> '
        f"({_text(item.entry.author.name)})</li>"
        for item in items
    )
    feed = (
        f'<link rel="alternate" type="{source.mime_type}" title="{_text(source.name)}" href="{source.feed}">'
    )
    body = f"<h1>{_text(source.name)}</h1><p>{_text(source.description)}</p><ul>{rows}</ul>"
    return _document(source.name, body, head=feed)


def entry_page(source: Source, item: Publication, now: datetime) -> bytes:
    """One entry at its own address."""
    entry = item.entry
    extra = ""
    if entry.picture:
        alt = _text(entry.picture)
        extra += f'<p><img src="/media/{entry.slug}.png" width="720" height="480" alt="{alt}"></p>'
    if entry.document:
        extra += f'<p><a href="/media/{entry.slug}.pdf">{_text(entry.document)} (PDF)</a></p>'
    author = entry.author
    body = (
        f'<p><a href="/{source.key}/">{_text(source.name)}</a></p>'
        f'<article lang="{entry.lang}" dir="auto"><h1>{_heading(item)}</h1>'
        f'<p><a href="/people/{author.key}/">{_text(author.name)}</a>, '
        f'<time datetime="{item.published_at.isoformat()}">{item.published_at:%d %B %Y, %H:%M} UTC</time></p>'
        f"{body_html(entry, answered=item.is_answered(now))}{extra}</article>"
    )
    return _document(_heading(item), body)


def person_page(person: Person) -> bytes:
    """Who somebody is."""
    body = f"<h1>{_text(person.name)}</h1><p>{_text(person.job)}, {_text(person.country)}</p>"
    return _document(person.name, body)


def _heading(item: Publication) -> str:
    return _text(item.entry.title or f"{item.entry.text[:70].strip()}…")


def _document(title: str, body: str, *, head: str = "") -> bytes:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{title}</title><link rel="stylesheet" href="/style.css">{head}</head>'
        f"<body>{body}</body></html>"
    ).encode()


def _text(value: str) -> str:
    return html.escape(value)
