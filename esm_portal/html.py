"""The only HTML gate: nothing a service delivers reaches a page but through here.

Three parsers work one after the other. nh3 drops what may not stay *with its content* (scripts, styles,
frames, foreign namespaces) and resolves links as browsers do; bleach cleans what is left, turns media into
links and addresses into links; nh3, with the same allow-list, is the last gate behind bleach, which gets no
releases any more. Input is capped in length, tags and depth before anything slow sees it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache, partial
from html import escape, unescape
from itertools import islice
from threading import local
from typing import Any
from urllib.parse import unquote, urlsplit

import nh3
from bleach.html5lib_shim import Filter  # type: ignore[attr-defined]  # missing in the stubs
from bleach.linkifier import LinkifyFilter
from bleach.sanitizer import Cleaner

from esm_portal import html_rules as rules
from esm_portal.words import excerpt, plain_text

__all__ = ["clean", "excerpt", "plain_text", "text_to_html"]

# Elements that HTML opens anew in every paragraph until they are closed. With equal attributes three are
# opened at most, hence without any in bodies that have many tags.
_FORMATTING = re.compile(
    r"<(b|code|em|i|nobr|s|small|strike|strong|tt|u|big|font)[\s/][^>]*(?:>|\Z)", re.IGNORECASE
)
_START_OR_END = re.compile(r"<(?!(?:br|hr|img|source|wbr)\b)(/?)")
_RENAMED = re.compile(rf"<(/?)({'|'.join(rules.RENAMED)})(?=[ >])")
_HEADING = re.compile(r"<(/?)h([1-6])(?=[ >])")
_EMPTY = re.compile(r"<([ap])(?: [^>]*)?>((?:\s|&nbsp;|<br>)*+)</\1>")
_TAG = re.compile(r"<[^>]*>")
_BRACKETS = {")": "(", "]": "["}

_Token = dict[str, Any]


def clean(html: str, *, base_url: str = "") -> str:
    """``html`` reduced to the allow-list, safe to put on a page.

    Relative links are resolved against ``base_url`` (absolute, http or https); without one they become
    text. Images, sound and video become links, so that a reader's browser asks no other host for anything.
    Headings start at h4. A body of more than 200,000 characters or 5,000 tags is cut and ends with a
    paragraph "…".
    Never raises for any text; cleaning a cleaned body again changes nothing.
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
    if html.count("<") > rules.FEW_TAGS:
        html = _FORMATTING.sub(lambda match: "" if match[1].lower() == "font" else f"<{match[1]}>", html)
    first = rules.UNWANTED.sub("", _first_pass(base_url).clean(html))
    if _is_bomb(first):
        return text_to_html(plain_text(first))
    renamed = _RENAMED.sub(lambda match: f"<{match[1]}{rules.RENAMED[match[2]]}", first)
    return _gate().clean(_tidied(_bleach(renamed)))


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


_per_thread = local()


def _bleach(html: str) -> str:
    """``html`` cleaned by this thread's bleach: its parser keeps state, so threads cannot share one."""
    try:
        cleaner: Cleaner = _per_thread.cleaner
    except AttributeError:
        cleaner = _per_thread.cleaner = Cleaner(
            tags=rules.TAGS | rules.MEDIA.keys() | rules.HEADINGS,
            attributes=_is_allowed,
            protocols=rules.SCHEMES,
            strip=True,
        )
    # Nothing to linkify is the rule, and looking for it token by token is a tenth of the whole work.
    has_addresses = rules.ADDRESS_HINT.search(_TAG.sub(" ", html))
    cleaner.filters = [_MediaLinks, _linkify] if has_addresses else [_MediaLinks]
    return cleaner.clean(html)


def _is_allowed(tag: str, name: str, value: str) -> bool:
    if name not in rules.ATTRIBUTES["*"] and name not in rules.ATTRIBUTES.get(tag, rules.MEDIA.get(tag, ())):
        return False
    return name not in rules.VALUES or bool(rules.VALUES[name].fullmatch(value))


class _MediaLinks(Filter):  # type: ignore[misc]
    """Turns media into links with a name, drops links that lead nowhere; joins the text on both sides."""

    def __iter__(self) -> Iterator[_Token]:
        text: list[str] = []
        for token in self._tokens():
            if token["type"] == "Characters":
                text.append(token["data"])
                continue
            if text:
                yield _characters("".join(text))
                text = []
            yield token
        if text:
            yield _characters("".join(text))

    def _tokens(self) -> Iterator[_Token]:
        links: list[bool] = []  # of each open <a>, whether it is kept
        after_medium = False
        tokens = iter(super().__iter__())
        for token in tokens:
            name, is_end = token.get("name"), token["type"] == "EndTag"
            if name in ("img", "video", "audio"):
                if after_medium:
                    yield _characters(" ")
                found = [token] if name == "img" else _with_sources(token, tokens)
                yield from _medium(found, in_link=any(links))
                after_medium = True
            elif name == "a":
                if links.pop() if is_end else _opens_link(token, links):
                    yield token
            elif name != "source":
                after_medium = False
                yield token


def _with_sources(start: _Token, tokens: Iterator[_Token]) -> list[_Token]:
    """``start`` and the <source> elements up to its end; what else is in there is for old browsers."""
    found, depth = [start], 1
    for token in tokens:
        if token.get("name") == start["name"]:
            depth += -1 if token["type"] == "EndTag" else 1
        if depth == 0:
            break
        if token.get("name") == "source":
            found.append(token)
    return found


def _opens_link(token: _Token, links: list[bool]) -> bool:
    """Note in ``links`` whether the <a> of ``token`` is kept: it leads somewhere and is in no other."""
    is_kept = not any(links) and bool(rules.LINK.match(token["data"].get((None, "href"), "")))
    links.append(is_kept)
    return is_kept


def _medium(tokens: list[_Token], *, in_link: bool) -> Iterator[_Token]:
    """A link to the first address in ``tokens``; only its name inside another link; its alt without any."""
    attributes = [{name: value for (_, name), value in token["data"].items()} for token in tokens]
    if {attributes[0].get("width"), attributes[0].get("height")} & {"0", "1"}:
        return  # A tracking pixel: not even worth a link.
    addresses = (str(found.get("src", "")) for found in attributes)
    href = next((address for address in addresses if rules.LINK.match(address)), "")
    name = " ".join(unescape(attributes[0].get("alt", "")).split()) or _file_name(unescape(href))
    if href and not in_link:
        yield {"type": "StartTag", "name": "a", "data": {(None, "href"): href}}
        yield _characters(name)
        yield {"type": "EndTag", "name": "a"}
    elif name:
        yield _characters(name)


def _file_name(url: str) -> str:
    """The last part of ``url`` as people read it, or its host: the same in every language."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return rules.UNWANTED.sub("", unquote(parts.path.rstrip("/").rpartition("/")[2])).strip() or parts.netloc


class _Linkify(LinkifyFilter):
    def extract_entities(self, token: _Token) -> Iterator[_Token]:
        """The token as it is: the sanitiser has decoded it, a second time turns "&amp;lt;" into "<"."""
        yield token

    def strip_non_url_bits(self, fragment: str) -> tuple[str, str, str]:
        """``fragment`` without the punctuation of the sentence around it, "", and that punctuation."""
        end = len(fragment)
        while end and (last := fragment[end - 1]):
            opening = _BRACKETS.get(last)
            if opening and fragment.count(opening, 0, end) >= fragment.count(last, 0, end):
                break
            if not opening and last not in ".,;:!?'*_~":
                break
            end -= 1
        return fragment[:end], "", fragment[end:]


def _new_link(attrs: Any, new: bool = False) -> Any:
    """bleach's callback: an address without a scheme gets https; None for one the gate would refuse."""
    if new:
        href, text = attrs[(None, "href")], attrs["_text"]
        if text[:4].lower() == "www.":
            href = f"https://{text}"
        attrs[(None, "href")] = href = href.replace("&", "&amp;")  # As bleach expects it in attributes.
        if "href" not in _gate().clean(f'<a href="{href}">'):
            return None
    return attrs


_linkify = partial(
    _Linkify,
    callbacks=[_new_link],
    skip_tags={"pre", "code", "kbd", "samp"},
    parse_email=True,
    url_re=rules.URL,
    email_re=rules.EMAIL,
)


def _is_web_address(url: str) -> bool:
    try:
        return url.lower().startswith(("http://", "https://")) and bool(urlsplit(url).hostname)
    except ValueError:  # brackets that are no IPv6 address
        return False


def _characters(text: str) -> _Token:
    return {"type": "Characters", "data": text}


def _escaped(text: str) -> str:
    """``text`` escaped as nh3 does it, so that cleaning it again changes nothing, with its line ends."""
    return escape(text, quote=False).replace("\xa0", "&nbsp;").replace("\n", "<br>")
