"""From bytes to the text of a feed: its encoding, what is refused, and what can be repaired. Pure.

The text is decoded here and not by feedparser, so that what is checked is what is parsed.
"""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x00<\x00?", "utf-16-be"),
    (b"<\x00?\x00", "utf-16-le"),
)
#: Any bytes are valid in these, so naming one proves nothing; UTF-8 is tried first.
_CREDULOUS = frozenset({"iso8859-1", "iso8859-15", "cp1252", "ascii", "utf-8"})
#: Codecs of Python that are no encodings of documents; some are slow on hostile input.
_NO_ENCODING = frozenset({"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7"})
_DECLARED = re.compile(rb"\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_DECLARATION = re.compile(r"\A<\?xml[^>]*\?>")
_ENTITY = re.compile(r"<!ENTITY", re.IGNORECASE)
_QUOTE = re.compile(r"<!--|<!\[CDATA\[")
_ROOT = re.compile(
    r"(?>\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE(?>[^\[>]|\[[^\]]*\])*+>)*+<(?>[\w.-]+:)?([\w.-]+)",
    re.DOTALL | re.IGNORECASE,
)
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_AMPERSAND = re.compile(r"&(?:#(x[0-9a-fA-F]{1,6}|[0-9]{1,7});|([a-zA-Z]\w{0,31};))?")
_XML_NAMES = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})
#: What a web page begins with, also a careless one.
_PAGE_ROOTS = frozenset(
    {"html", "head", "body", "title", "meta", "link", "script", "style", "div", "p", "form"}
)
_END = re.compile(r"</(?:[\w.-]+:)?(?:rss|feed|rdf|channel)\s*>", re.IGNORECASE)
_ENTRY_TAG = re.compile(r"<(/?)(?:[\w.-]+:)?(?:item|entry)(?=[\s>/])", re.IGNORECASE)


def decode(content: bytes, headers: Mapping[str, str]) -> str:
    """The text of ``content``: byte order mark, HTTP header, XML declaration, then likely guesses.

    Feeds are often written in another encoding than they say; the first that fits the bytes is taken.
    """
    for encoding in _encodings(content, headers.get("content-type", "")):
        try:
            text = content.decode(encoding)
        except (UnicodeDecodeError, LookupError, ValueError):
            continue
        return text.lstrip("\ufeff \t\r\n")
    return content.decode("latin-1")


def _encodings(content: bytes, content_type: str) -> Iterator[str]:
    yield from (encoding for mark, encoding in _MARKS if content.startswith(mark))
    charset, declared = _CHARSET.search(content_type), _DECLARED.match(content)
    named = [charset[1]] if charset else []
    named += [declared[1].decode("ascii")] if declared else []
    for name in named:
        try:
            codec = codecs.lookup(name).name
        except LookupError:
            continue
        if codec in _CREDULOUS:
            yield "utf-8"
            yield "cp1252"
        elif codec not in _NO_ENCODING:
            # What people call gb2312 is a part of gb18030.
            yield "gb18030" if codec == "gb2312" else codec
    yield "utf-8"
    yield "cp1252"


def declares_entities(text: str) -> bool:
    """Whether ``text`` is XML that declares entities of its own, which can be made to explode or to read
    files; a plain DOCTYPE, as RSS 0.91 has, is fine.
    """
    if not _ENTITY.search(text):
        return False
    try:
        fromstring(undeclared(text), forbid_dtd=False, forbid_entities=True, forbid_external=True)
    except DefusedXmlException:
        return True
    except (ParseError, ValueError):
        # Not well-formed: whatever looks like a declaration counts, but not in an article about XML.
        return any(_ENTITY.search(part) for part, is_quoted in _quoted_parts(text) if not is_quoted)
    return False


def undeclared(text: str) -> str:
    """``text`` without its XML declaration, which names an encoding that is no longer true."""
    return _DECLARATION.sub("", text, count=1)


def root_name(text: str) -> str:
    """Name of the first element in lower case, without prefix; "" when there is none."""
    match = _ROOT.match(text, 0, 100_000)
    return match[1].lower() if match else ""


def is_page(text: str) -> bool:
    """Whether ``text`` is a web page."""
    return root_name(text) in _PAGE_ROOTS or text[:14].lower() == "<!doctype html"


def repaired(text: str) -> str:
    """``text`` with the mistakes undone that make most feeds ill-formed: ``&`` that is not escaped, HTML's
    names for characters, characters that XML does not allow.
    """
    return "".join(
        part if is_quoted else _AMPERSAND.sub(_reference, part)
        for part, is_quoted in _quoted_parts(_ILLEGAL.sub("", text))
    )


def _quoted_parts(text: str) -> Iterator[tuple[str, bool]]:
    """``text`` in parts, and whether each is a comment or CDATA section; one without an end is neither.

    By hand, because a regular expression needs hours for a million comments that never end.
    """
    position = 0
    endless: set[str] = set()
    for begin in _QUOTE.finditer(text):
        close = "-->" if begin[0] == "<!--" else "]]>"
        if begin.start() < position or close in endless:
            continue
        end = text.find(close, begin.end())
        if end < 0:
            endless.add(close)
            continue
        yield text[position : begin.start()], False
        position = end + 3
        yield text[begin.start() : position], True
    yield text[position:], False


def _reference(match: re.Match[str]) -> str:
    number, name = match.groups()
    if number:
        code = int(number[1:], 16) if number[0] == "x" else int(number)
        return match[0] if code < 0x110000 and not _ILLEGAL.match(chr(code)) else ""
    if not name:
        return "&amp;"
    if name in _XML_NAMES:
        return match[0]
    meant = html.unescape(f"&{name}")
    return f"&amp;{name}" if meant.startswith("&") else meant.replace("<", "&lt;")


def ends_early(text: str) -> bool:
    """Whether the end of the feed is missing: a transfer that broke off."""
    return not _END.search(text[-4000:])


def last_entry_is_cut(text: str) -> bool:
    """Whether the last entry was begun and never ended."""
    tags = [tag[1] for tag in _ENTRY_TAG.finditer(text)]
    return bool(tags) and tags[-1] == ""
