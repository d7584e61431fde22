"""bleach's part of the HTML gate, its one importing place: it cleans what nh3 has parsed, and makes links.

bleach's sanitiser and linkifier work on tokens. These come from what nh3 has written, which is well-formed
and escaped, so that bleach's own parser, two thirds of its time, has nothing left to do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from html import unescape
from typing import Any, cast
from urllib.parse import unquote, urlsplit

from bleach.html5lib_shim import BleachHTMLSerializer, Filter  # type: ignore[attr-defined]  # not in the stubs
from bleach.linkifier import LinkifyFilter
from bleach.sanitizer import BleachSanitizerFilter

from esm_portal import html_rules as rules

# nh3 escapes "<" and ">" in text and in values: in what it has written, these are exact.
_TAG = re.compile(r"<(/?)([a-z0-9]+)((?: [^>]*)?)>")
_ATTRIBUTE = re.compile(r' ([^\s="]+)="([^"]*)"')
_VOID = frozenset({"br", "hr", "img", "source", "wbr"})
_BRACKETS = {")": "(", "]": "["}

_Token = dict[str, Any]

#: As bleach's Cleaner has it: entities stay as they are.
_SERIALIZER = BleachHTMLSerializer(
    quote_attr_values="always", omit_optional_tags=False, escape_lt_in_attrs=True, resolve_entities=False
)


def cleaned(html: str, accepts: Callable[[str], bool]) -> str:
    """What nh3 has written, cleaned and linkified by bleach: media are links, values are checked.

    ``accepts`` says of an escaped address in the text whether it may become a link. Raises nothing.
    """
    tokens: Any = BleachSanitizerFilter(
        source=cast("Any", _tokens(html)),
        allowed_tags=rules.TAGS | rules.MEDIA.keys() | rules.HEADINGS,
        attributes=_is_allowed,
        allowed_protocols=rules.SCHEMES,
        strip_disallowed_tags=True,
    )
    tokens = _MediaLinks(tokens)
    if rules.ADDRESS_HINT.search(_TAG.sub(" ", html)):
        tokens = _Linkify(
            source=tokens,
            callbacks=[partial(_new_link, accepts=accepts)],
            skip_tags={"pre", "code", "kbd", "samp"},
            parse_email=True,
            url_re=rules.URL,
            email_re=rules.EMAIL,
        )
    return _SERIALIZER.render(tokens)


def _tokens(html: str) -> Iterator[_Token]:
    """The tokens of what nh3 has written, as bleach's filters take them."""
    end = 0
    for match in _TAG.finditer(html):
        if match.start() > end:
            yield _characters(html[end : match.start()])
        end = match.end()
        slash, name, attributes = match.groups()
        kind = "EndTag" if slash else "EmptyTag" if name in _VOID else "StartTag"
        data = {(None, key): value for key, value in _ATTRIBUTE.findall(attributes)} if attributes else {}
        yield {"type": kind, "name": name, "data": data}
    if end < len(html):
        yield _characters(html[end:])


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
    href = token["data"].get((None, "href"), "").strip()
    is_kept = not any(links) and bool(rules.LINK.match(href))
    if is_kept:
        token["data"][None, "href"] = href
    links.append(is_kept)
    return is_kept


def _medium(tokens: list[_Token], *, in_link: bool) -> Iterator[_Token]:
    """A link to the first address in ``tokens``; only its name inside another link; its alt without any."""
    attributes = [{name: value for (_, name), value in token["data"].items()} for token in tokens]
    if {attributes[0].get("width"), attributes[0].get("height")} & {"0", "1"}:
        return  # A tracking pixel: not even worth a link.
    addresses = (found.get("src", "").strip() for found in attributes)
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


def _new_link(attrs: Any, new: bool = False, *, accepts: Callable[[str], bool]) -> Any:
    """bleach's callback: an address without a scheme gets https; None for one the gate refuses."""
    if new:
        href, text = attrs[(None, "href")], attrs["_text"]
        if text[:4].lower() == "www.":
            href = f"https://{text}"
        attrs[(None, "href")] = href = href.replace("&", "&amp;")  # As bleach expects it in attributes.
        if not accepts(href):
            return None
    return attrs


def _characters(text: str) -> _Token:
    return {"type": "Characters", "data": text}
