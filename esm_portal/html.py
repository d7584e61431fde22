"""The only HTML gate. (Interface; the implementation follows.)"""

from __future__ import annotations


def clean(html: str, *, base_url: str = "") -> str:
    """``html`` reduced to the allow-list, safe to put on a page."""
    raise NotImplementedError


def text_to_html(text: str) -> str:
    """Plain text as safe HTML paragraphs with links."""
    raise NotImplementedError


def plain_text(html: str) -> str:
    """The words of clean ``html``."""
    raise NotImplementedError


def excerpt(text: str, length: int = 280) -> str:
    """The beginning of plain ``text``, cut at a word, with an ellipsis."""
    raise NotImplementedError
