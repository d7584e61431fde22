"""The words of clean HTML, and the beginning of a text: what search, cards and notices show."""

from __future__ import annotations

import re
import unicodedata
from html import unescape

_BREAK = re.compile(
    r"</?(?:p|div|h[1-6]|[uod]l|li|d[td]|blockquote|pre|figure|figcaption|table|caption|tr|hr|br)(?: [^>]*)?>"
)
_CELL = re.compile(r"</t[dh]>")
_TAG = re.compile(r"<[^>]*>")
_DANGLING = " .,;:!?-–—([{「『（【、。，…"


def plain_text(html: str) -> str:
    """The words of clean ``html``: a line for each block, entities decoded.

    The result is text: a template has to escape it as any other.
    """
    text = " ".join(html.split())
    if "<" in text:
        text = _TAG.sub("", _CELL.sub(" ", _BREAK.sub("\n", text)))
    lines = (" ".join(line.split()) for line in unescape(text).split("\n"))
    return "\n".join(line for line in lines if line)


def excerpt(text: str, length: int = 280) -> str:
    """The beginning of plain ``text`` on one line, at most ``length`` characters with the ellipsis "…".

    Cut at a word where there is one near (Chinese, Japanese and Thai have no spaces), never inside a
    character that is made of several code points.
    """
    text = text.lstrip()
    words = " ".join(text[: length * 8].split())
    if len(words) <= length and len(text) <= length * 8:
        return words
    end = min(length - 1, len(words))
    space = words.rfind(" ", 0, end + 1)
    if space >= end * 2 // 3:
        end = space
    while end > 0 and end < len(words) and _joined(words, end):
        end -= 1
    return words[:end].rstrip(_DANGLING) + "…"


def _joined(text: str, index: int) -> bool:
    """Whether a cut before ``text[index]`` would split what a reader sees as one character."""
    before, after = text[index - 1], text[index]
    if before == "\u200d" or after == "\u200d" or unicodedata.category(after) in ("Mn", "Mc", "Me"):
        return True
    if "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f":
        return True
    if not _is_flag_half(after):
        return False
    start = index
    while start and _is_flag_half(text[start - 1]):
        start -= 1
    return (index - start) % 2 == 1


def _is_flag_half(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"
