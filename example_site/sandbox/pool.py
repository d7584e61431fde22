"""What the company's people write: the texts in ``content/``, as frozen dataclasses."""

from __future__ import annotations

import html
import tomllib
from dataclasses import dataclass
from pathlib import Path

CONTENT = Path(__file__).resolve().parent / "content"


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Somebody who works at the company."""

    key: str
    name: str
    job: str
    country: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """The reply that settled a question."""

    author: Person
    text: str
    #: BCP 47 language tag.
    lang: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One text, not yet published."""

    #: Unique in its source, fit for a URL.
    slug: str
    author: Person
    #: Plain text, or "" for a short forum post.
    title: str
    #: Paragraphs parted by empty lines; lines that begin with "- " are a list. Inline HTML is allowed.
    text: str
    #: BCP 47 language tag.
    lang: str
    topics: tuple[str, ...] = ()
    answer: Answer | None = None
    #: Alternative text of its picture, or "" for none.
    picture: str = ""
    #: Name of its PDF without the ending, or "" for none.
    document: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """One site of the company with its texts, those to be published first at the front."""

    key: str
    name: str
    description: str
    #: Path of its feed below "/<key>/", and the feed's media type.
    feed: str
    mime_type: str
    #: How many of ``entries`` are history when the company's server first starts; newest first.
    history: int
    entries: tuple[Entry, ...]


def load_people() -> dict[str, Person]:
    """Key -> person, for all colleagues who write."""
    raw = tomllib.loads((CONTENT / "people.toml").read_text(encoding="utf-8"))
    return {key: Person(key=key, **values) for key, values in raw.items()}


def load_sources() -> tuple[Source, ...]:
    """The blog, the wiki and the forum. Raises KeyError when a text names an unknown person."""
    people = load_people()
    sources = []
    for key in ("blog", "wiki", "forum"):
        raw = tomllib.loads((CONTENT / f"{key}.toml").read_text(encoding="utf-8"))
        entries = tuple(_entry(values, people) for values in raw.pop("entry"))
        sources.append(Source(key=key, entries=entries, **raw))
    return tuple(sources)


def _entry(raw: dict[str, str], people: dict[str, Person]) -> Entry:
    lang = raw.get("lang", "en")
    answer = None
    if "answer" in raw:
        answer = Answer(author=people[raw["answer_by"]], text=raw["answer"].strip(), lang=lang)
    return Entry(
        slug=raw["slug"],
        author=people[raw["by"]],
        title=raw.get("title", ""),
        text=raw["text"].strip(),
        lang=lang,
        topics=tuple(topic.strip() for topic in raw.get("topics", "").split(",") if topic.strip()),
        answer=answer,
        picture=raw.get("picture", ""),
        document=raw.get("document", ""),
    )


def body_html(entry: Entry, *, answered: bool) -> str:
    """The entry's text as HTML; with the answer below it once there is one."""
    parts = [_block(block) for block in entry.text.split("\n\n")]
    if entry.answer and answered:
        who = html.escape(f"{entry.answer.author.name}, {entry.answer.author.country}")
        parts.append(
            f'<blockquote lang="{entry.answer.lang}"><p><strong>{who}</strong></p>'
            f"<p>{_flow(entry.answer.text)}</p></blockquote>"
        )
    return "".join(parts)


def _block(block: str) -> str:
    lines = block.strip().splitlines()
    if lines[0].startswith("- "):
        return "<ul>" + "".join(f"<li>{line[2:].strip()}</li>" for line in lines) + "</ul>"
    return f"<p>{_flow(block)}</p>"


def _flow(text: str) -> str:
    """One line; spaces that must not break stay what they are."""
    return " ".join(text.replace("\n", " ").split(" "))
