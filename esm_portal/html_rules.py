"""What may stay in the HTML of a post: the allow-list, and what foreign elements become. Data only."""

from __future__ import annotations

import re


def _names(names: str) -> frozenset[str]:
    return frozenset(names.split())


#: Longest body that is read, in characters; the rest is cut off before anything is parsed.
MAX_CHARS = 200_000
#: Most "<" in a body; the rest is cut off. Parsers take quadratic time over tags that nobody closes.
MAX_TAGS = 5_000
#: Elements within elements; a body nested deeper keeps its words and loses its markup.
MAX_DEPTH = 100
#: Bodies with fewer "<" cannot do harm by their structure and are not examined for it.
FEW_TAGS = 100

REL = "noopener nofollow ugc"
SCHEMES = _names("http https mailto tel")
TAGS = _names(
    "a abbr b bdi blockquote br caption cite code dd del div dl dt em figcaption figure h4 h5 h6 hr i ins kbd"
    " li mark ol p pre q rp rt ruby s samp small span strong sub sup table tbody td tfoot th thead time tr u"
    " ul var wbr"
)
ATTRIBUTES = {
    "*": _names("lang dir"),
    "a": _names("href"),
    "abbr": _names("title"),
    "ol": _names("start"),
    "td": _names("colspan rowspan"),
    "th": _names("colspan rowspan scope"),
    "time": _names("datetime"),
}
#: What the whole value of an attribute must look like; parsers and filters check those not named here.
VALUES = {
    "lang": re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,6}"),
    "dir": re.compile(r"ltr|rtl|auto", re.IGNORECASE),
    "colspan": re.compile(r"[1-9][0-9]?"),
    "rowspan": re.compile(r"[1-9][0-9]?"),
    "scope": re.compile(r"(row|col)(group)?", re.IGNORECASE),
    "start": re.compile(r"-?[0-9]{1,5}"),
    "datetime": re.compile(r"[0-9A-Z:.+ -]{1,40}"),
}
#: Elements that become links; they and their attributes live only until then.
MEDIA = {
    "img": _names("src alt width height"),
    "video": _names("src"),
    "audio": _names("src"),
    "source": _names("src"),
}
#: Elements that go with all they contain.
DROPPED = _names(
    "script style iframe object template noscript svg math head title applet canvas frameset map noembed"
    " noframes plaintext select textarea xmp"
)
#: Foreign names for what the portal says otherwise. Landmarks would get lost among the page's own.
RENAMED = {
    "acronym": "abbr",
    "dir": "ul",
    "menu": "ul",
    "strike": "s",
    "tt": "code",
    **dict.fromkeys(
        _names(
            "address article aside center details dialog fieldset footer form header hgroup legend main nav"
            " section summary"
        ),
        "div",
    ),
}
HEADINGS = _names("h1 h2 h3 h4 h5 h6")
#: The level of a post's own first heading: below the page's, the block's and the post's heading.
TOP_HEADING = 4

#: Control characters, lone surrogates (no UTF-8 for them), non-characters, and every bidirectional embedding,
#: override and isolate: one that is never closed would turn the page around it. dir= says the same and ends
#: with its element; the marks U+200E, U+200F and U+061C, which turn nothing but themselves, stay.
UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)

#: An address a link may lead to: with a host of its own, never the portal's.
LINK = re.compile(r"https?://[^/?#\\\s]|(?:mailto|tel):.", re.IGNORECASE)
#: Addresses in text. Bounded and with few starting points: bleach's own expressions take quadratic time over
#: long words.
URL = re.compile(
    r"(?<![A-Za-z0-9_@./-])(?:https?://(?=\w)|www\.(?=\w))"
    r"[^\s<>\"{}|\\^`。，、！？；：（）「」『』【】《》“”‘’…]{1,2000}",
    re.IGNORECASE,
)
EMAIL = re.compile(
    r"(?<![\w.+%@:/=&?-])[A-Z0-9][A-Z0-9._+-]{0,63}@(?:[A-Z0-9-]{1,63}\.){1,8}[A-Z]{2,24}(?![\w@-])",
    re.IGNORECASE,
)
#: Without a match there is no address in a text.
ADDRESS_HINT = re.compile(r"https?://|www\.|@", re.IGNORECASE)
