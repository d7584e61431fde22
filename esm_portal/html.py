"""The only HTML gate: nothing a service delivers reaches a page but through here.

Three stages, one after the other: nh3 parses as browsers do, drops what may not stay *with its content*
(scripts, styles, frames, foreign namespaces) and resolves links; bleach cleans what is left and turns media
and addresses into links; nh3, with the allow-list alone, is the last gate behind bleach, which gets no
releases any more. Input is capped in length, tags and depth before anything slow sees it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape
from itertools import islice
from urllib.parse import urlsplit

import nh3

from esm_portal import html_rules as rules
from esm_portal.html_bleach import cleaned
from esm_portal.words import excerpt, plain_text

__all__ = ["clean", "excerpt", "plain_text", "text_to_html"]

# Elements that HTML opens anew in every paragraph until they are closed. With equal attributes three are
# opened at most, hence without any in bodies that have many tags.
_FORMATTING = re.compile(
    r"<(b|code|em|i|nobr|s|small|strike|strong|tt|u|big|font)[\s/][^>]*(?:>|\Z)", re.IGNORECASE
)
# Dropped before anything is parsed: what stands in these may not stand there once they are gone.
_SCOPED = re.compile(r"</?(?:button|marquee)\b[^>]*(?:>|\Z)", re.IGNORECASE)
_RELATIVE = re.compile(r"\b(?:href|src)\s*=\s*[\"']?(?!https?://|mailto:|tel:)", re.IGNORECASE)
_START_OR_END = re.compile(r"<(?!(?:br|hr|img|source|wbr)\b)(/?)")
_RENAMED = re.compile(rf"<(/?)({'|'.join(rules.RENAMED)})(?=[ >])")
_HEADING = re.compile(r"<(/?)h([1-6])(?=[ >])")
_EMPTY = re.compile(r"<([ap])(?: [^>]*)?>((?:\s|&nbsp;|<br>)*+)</\1>")


def clean(html: str, *, base_url: str = "") -> str:
    """``html`` reduced to the allow-list, safe to put on a page.

    Relative links are resolved against ``base_url`` (absolute, http or https); without one they become
    text. Images, sound and video become links, so that a reader's browser asks no other host for anything.
    Headings start at h4. A body of more than 200,000 characters or 5,000 tags is cut and ends with a
    paragraph "…".
    Never raises for any text. Cleaning a cleaned body again changes nothing, unless it grew over these limits
    or, rarely, left an empty element in tables nested against the rules.
    """
    short = _shortened(html)
    result = _clean(rules.UNWANTED.sub("", short).replace("\f", " "), base_url)
    return result if len(short) == len(html) else f"{result}<p>…</p>"


def text_to_html(text: str) -> str:
    """Plain ``text`` as safe HTML: paragraphs at blank lines, <br> at line ends, addresses as links."""
    cut = text[: rules.MAX_CHARS]
    lines = "\n".join(rules.UNWANTED.sub("", cut).replace("\f", "\n").splitlines())
    paragraphs = [part.strip("\n") for part in re.split(r"\n[^\S\n]*+\n", lines) if part.strip()]
    result = "\n".join(f"<p>{_escaped(part)}</p>" for part in paragraphs)
    if result.count("<") <= rules.MAX_TAGS and rules.ADDRESS_HINT.search(result):
        result = _clean(result, "")
    return result if len(cut) == len(text) else f"{result}<p>…</p>"


def _shortened(html: str) -> str:
    short = html[: rules.MAX_CHARS]
    excess = next(islice(re.finditer("<", short), rules.MAX_TAGS, None), None)
    return short[: excess.start()] if excess else short


def _clean(html: str, base_url: str) -> str:
    if "<" not in html and not rules.ADDRESS_HINT.search(html):
        # No tag can begin without "<": text, at most with entities.
        return rules.UNWANTED.sub("", _gate().clean(html)) if "&" in html or ">" in html else html
    html = _SCOPED.sub("", html)
    if html.count("<") > rules.FEW_TAGS:
        html = _FORMATTING.sub(lambda match: "" if match[1].lower() == "font" else f"<{match[1]}>", html)
    # Every post has its own base: without a relative link in it, it needs no parser of its own.
    parser = _first_pass(base_url if _RELATIVE.search(html) else "")
    first = rules.UNWANTED.sub("", parser.clean(html))
    if _is_bomb(first):
        return text_to_html(plain_text(first))
    if "<table" in first:
        first = parser.clean(
            first
        )  # HTML moves what may not stand in a table; where it went, it may not stand.
    renamed = _RENAMED.sub(lambda match: f"<{match[1]}{rules.RENAMED[match[2]]}", first)
    return _gate().clean(_tidied(cleaned(renamed, _accepts)))


def _is_bomb(html: str) -> bool:
    """Whether serialised ``html`` is nested so deep, or has grown so much, that bleach would not cope."""
    tags = html.count("<")
    if tags <= rules.MAX_DEPTH:
        return False
    depth = 0
    for match in _START_OR_END.finditer(html):
        depth += -1 if match[1] else 1
        if depth > rules.MAX_DEPTH:
            return True
    return tags > 3 * rules.MAX_TAGS


def _tidied(html: str) -> str:
    """Serialised ``html`` with its headings moved under the page's, without empty paragraphs and links."""
    levels = [int(match[2]) for match in _HEADING.finditer(html)]
    if levels:
        shift = rules.TOP_HEADING - min(levels)
        html = _HEADING.sub(lambda match: f"<{match[1]}h{min(6, int(match[2]) + shift)}", html)
    while (tidied := _EMPTY.sub(lambda match: " " if match[1] == "a" and match[2] else "", html)) != html:
        html = tidied  # What was around the empty ones may be empty now.
    return html


@lru_cache(maxsize=256)
def _first_pass(base_url: str) -> nh3.Cleaner:
    """nh3 that drops, with their content, elements bleach would keep the text of, and resolves links."""
    return nh3.Cleaner(
        tags=set(rules.TAGS | rules.MEDIA.keys() | rules.RENAMED.keys() | rules.HEADINGS),
        clean_content_tags=set(rules.DROPPED),
        attributes={tag: set(names) for tag, names in (rules.ATTRIBUTES | rules.MEDIA).items()},
        url_schemes=set(rules.SCHEMES),
        url_relative=("rewrite_with_base", base_url) if _is_web_address(base_url) else "deny",
        link_rel=None,
    )


@lru_cache(maxsize=1)
def _gate() -> nh3.Cleaner:
    """nh3 with the allow-list alone: what bleach lets through by mistake ends here."""
    return nh3.Cleaner(
        tags=set(rules.TAGS),
        clean_content_tags=set(rules.DROPPED),
        attributes={tag: set(names) for tag, names in rules.ATTRIBUTES.items()},
        url_schemes=set(rules.SCHEMES),
        url_relative="deny",
        link_rel=rules.REL,
    )


def _accepts(href: str) -> bool:
    """Whether a link to ``href``, escaped for an attribute, gets through the gate."""
    return "href" in _gate().clean(f'<a href="{href}">')


def _is_web_address(url: str) -> bool:
    try:
        return url.lower().startswith(("http://", "https://")) and bool(urlsplit(url).hostname)
    except ValueError:  # brackets that are no IPv6 address
        return False


def _escaped(text: str) -> str:
    """``text`` escaped as nh3 does it, so that cleaning it again changes nothing, with its line ends."""
    return escape(text, quote=False).replace("\xa0", "&nbsp;").replace("\n", "<br>")
