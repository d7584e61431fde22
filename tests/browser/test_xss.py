"""The corpus in a real browser: as delivered it fires, cleaned it never does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Request, Route

from esm_portal import html, html_rules

CORPUS: list[dict[str, str]] = json.loads(
    (Path(__file__).parents[1] / "data" / "xss_corpus.json").read_text(encoding="utf-8")
)
PORTAL = "http://portal.invalid/"
#: As in the templates: a body stands in a division of its article, and the page has words of its own.
FRAME = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>Portal</title><body><h1>Portal</h1>{}"
    "<p>Sign in: <input name=secret value=s3cret></p></body></html>"
)
ARTICLE = (
    '<article class="esm-post"><h3>Post</h3><div class="esm-post__body" data-name="{}">{}</div></article>'
)
#: What a person may do to every element, and more than a person can.
TOUCH = """(click, body = document.body) => {
  const names = ['pointerenter', 'mouseenter', 'mouseover', 'mousemove', 'mousedown', 'mouseup', 'auxclick',
                 'contextmenu', 'dblclick', 'wheel', 'keydown', 'input', 'change', 'toggle', 'search'];
  for (const element of [...body.querySelectorAll('*')]) {
    for (const name of names) element.dispatchEvent(new MouseEvent(name, {bubbles: true, cancelable: true}));
    element.focus?.();
    if (click && element.click) element.click();
    element.blur?.();
  }
}"""
TOUCH_FRAMES = f"""() => {{
  for (const frame of document.querySelectorAll('iframe'))
    try {{ ({TOUCH})(true, frame.contentDocument.body) }} catch {{ /* It has gone to another host. */ }}
}}"""
#: Every element of the bodies as Chromium sees it: name, attributes, where a link leads.
INVENTORY = """() => [...document.querySelectorAll('.esm-post__body *')].map(element => ({
  name: element.localName,
  namespace: element.namespaceURI,
  attributes: element.getAttributeNames(),
  rel: element.getAttribute('rel'),
  protocol: element.protocol ?? null,
  host: element.host ?? null,
}))"""


@dataclass
class Tripwire:
    """What the pages of one profile did that the words of a post can never do."""

    fired: set[str] = field(default_factory=set)
    dialogs: list[str] = field(default_factory=list)
    #: Addresses asked for, but for the page itself.
    requests: list[str] = field(default_factory=list)
    #: Addresses a page or frame set out for: what a click on a link does.
    departures: list[str] = field(default_factory=list)
    #: What the portal answers with.
    document: str = ""

    def answer(self, route: Route, request: Request) -> None:
        if request.url == PORTAL and request.is_navigation_request():
            document = self.document.encode(errors="replace")
            route.fulfill(body=document, content_type="text/html; charset=utf-8")
            return
        (self.departures if request.is_navigation_request() else self.requests).append(request.url)
        route.abort()

    def on_dialog(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def names(self) -> set[str]:
        """The payloads that ran, or made the browser ask another host."""
        asked = [*self.requests, *self.departures]
        return self.fired | {
            address.path.strip("/").split("/")[0]
            for address in map(urlsplit, asked)
            if address.hostname == "tripwire.invalid"
        }


@pytest.fixture
def profile(browser: Browser) -> Iterator[BrowserContext]:
    """A browser profile without any network."""
    with browser.new_context() as context:
        context.set_default_timeout(10_000)
        yield context


@pytest.fixture
def tripwire(profile: BrowserContext) -> Tripwire:
    """Watches every page and frame of ``profile``."""
    wire = Tripwire()
    profile.expose_function("__tripwire", lambda name: wire.fired.add(name))
    profile.on("dialog", wire.on_dialog)
    profile.route("**/*", wire.answer)
    return wire


def visit(page: Page, tripwire: Tripwire, *bodies: tuple[str, str]) -> None:
    articles = "".join(ARTICLE.format(name, body) for name, body in bodies)
    tripwire.document = FRAME.format(articles)
    page.goto(PORTAL, wait_until="load")


def test_cleaned_payloads_do_nothing(profile: BrowserContext, tripwire: Tripwire) -> None:
    page = profile.new_page()
    for base_url in ("", "https://feed.example/posts/1"):
        cleaned = [(payload["name"], html.clean(payload["html"], base_url=base_url)) for payload in CORPUS]
        visit(page, tripwire, *cleaned)
        page.evaluate(f"({TOUCH})(false)")
        for element in page.locator(".esm-post__body :is(a, abbr, p)").all():
            element.hover(force=True)
        page.wait_for_timeout(200)

        assert page.locator(".esm-post__body").count() == len(CORPUS)
        assert page.locator("input[name=secret]").count() == 1
        assert (tripwire.fired, tripwire.dialogs) == (set(), [])
        assert (tripwire.requests, tripwire.departures) == ([], [])


def test_clicks_on_cleaned_payloads_only_follow_links(profile: BrowserContext, tripwire: Tripwire) -> None:
    page = profile.new_page()
    cleaned = [
        (payload["name"], html.clean(payload["html"], base_url="https://feed.example/posts/1"))
        for payload in CORPUS
    ]
    visit(page, tripwire, *cleaned)
    page.evaluate(f"({TOUCH})(true)")
    page.wait_for_timeout(500)

    assert (tripwire.fired, tripwire.dialogs, tripwire.requests) == (set(), [], [])
    assert len(profile.pages) == 1
    assert not [url for url in tripwire.departures if not url.startswith(("http://", "https://"))]
    assert not [url for url in tripwire.departures if urlsplit(url).hostname in ("portal.invalid", None)]


@pytest.mark.parametrize("base_url", ["", "https://feed.example/posts/1"], ids=["alone", "with base"])
def test_chromium_sees_only_what_is_allowed(
    profile: BrowserContext, tripwire: Tripwire, base_url: str
) -> None:
    page = profile.new_page()
    cleaned = [(payload["name"], html.clean(payload["html"], base_url=base_url)) for payload in CORPUS]
    visit(page, tripwire, *cleaned)

    seen = page.evaluate(INVENTORY)

    assert len(seen) > 50
    for element in seen:
        name = element["name"]
        allowed = html_rules.ATTRIBUTES["*"] | html_rules.ATTRIBUTES.get(name, frozenset())
        assert name in html_rules.TAGS
        assert element["namespace"] == "http://www.w3.org/1999/xhtml"
        if name == "a":
            assert element["protocol"] in ("http:", "https:", "mailto:", "tel:")
            assert element["host"] not in (
                "portal.invalid",
                "" if element["protocol"].startswith("http") else None,
            )
            assert element["rel"] == html_rules.REL
            allowed |= {"rel"}
        assert set(element["attributes"]) <= allowed


def test_the_tripwire_works(profile: BrowserContext, tripwire: Tripwire) -> None:
    page = profile.new_page()
    # A frame each: a payload that takes its page elsewhere leaves the others to theirs.
    pages = [escape(FRAME.format(payload["html"])) for payload in CORPUS]
    frames = "".join(f'<iframe srcdoc="{content}"></iframe>' for content in pages)
    tripwire.document = FRAME.format(frames)
    page.goto(PORTAL, wait_until="domcontentloaded")
    page.wait_for_timeout(1_000)
    page.evaluate(TOUCH_FRAMES)
    for _ in range(100):  # A slow machine may take 10 seconds.
        if len(tripwire.names()) > 100:
            break
        page.wait_for_timeout(100)

    fired = tripwire.names()
    assert len(fired) > 100, sorted(fired)
    assert {payload["category"] for payload in CORPUS if payload["name"] in fired} >= {
        "script", "event", "url", "svg", "mutation", "css", "frame", "meta", "tracker", "broken"
    }  # fmt: skip
