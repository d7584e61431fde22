"""Pages as people see them: looks, reach by keyboard and by assistive technology, narrow screens."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page

from esm_portal.models import Post
from esm_portal.types import AttachmentKind, PostKind
from tests.factories import (
    AccountFactory,
    AttachmentFactory,
    AuthorFactory,
    ChannelFactory,
    PostFactory,
    feed_block,
    make_feed_page,
    make_hub_page,
    set_state,
)

Look = Callable[..., Page]

LOOKS = [
    pytest.param({"width": 1280}, id="1280-light"),
    pytest.param({"width": 1280, "dark": True}, id="1280-dark"),
    pytest.param({"width": 1280, "rtl": True}, id="1280-rtl"),
    pytest.param({"width": 360}, id="360-light"),
    pytest.param({"width": 320, "dark": True, "rtl": True}, id="320-dark-rtl"),
]
LONG = (
    "We kept the protocol as simple as we could: one sample of each batch at 40 °C and one at room "
    "temperature, both weighed on Mondays. What surprised us was how little the wax had to do with it. "
) * 6

LAB = {
    "kind": PostKind.QUESTION.value,
    "text": "Has anyone kept a water-free stick stable above 40 °C without adding wax? "
    "Our samples in Jakarta soften in transit.",
    "clean_html": "<p>Has anyone kept a water-free stick stable above 40 °C without adding wax? Our "
    '<a href="https://blog.example/t" rel="noopener nofollow ugc">#travel-range</a> samples in Jakarta '
    "soften in transit.</p>",
    "topics": ["travel-range"],
    "replies_count": 12,
    "reactions_count": 31,
}


@pytest.fixture
def hub(db: None) -> str:
    """Address of a hub page that shows every kind of post, text and attachment; the feed page below it."""
    now = timezone.now()
    network, blogs = AccountFactory(name="Viva Engage"), AccountFactory(name="Company blogs")
    lab = ChannelFactory(account=network, name="Formulation lab")
    floor = ChannelFactory(account=network, name="Retail floor")
    blog = ChannelFactory(account=blogs, name="From the plants")
    for channel in (lab, floor, blog):
        set_state(channel, last_success_at=now - timedelta(minutes=2))

    def write(minutes: int, channel: Any, name: str, job: str, country: str, **values: Any) -> Post:
        author = AuthorFactory(account=channel.account, name=name, job_title=job, country=country)
        published = now - timedelta(minutes=minutes)
        post: Post = PostFactory(channel=channel, author=author, published_at=published, **values)
        return post

    write(14, lab, "Aiko Nakamura", "Formulation lead", "Japan", **LAB)
    refill = write(
        61,
        floor,
        "Fatima Mansour",
        "Store manager",
        "United Arab Emirates",
        replies_count=24,
        text="We turned the tester bar into a “bring your own empty” counter for the weekend. 218 refills, "
        "and a queue that talked to each other.",
    )
    AttachmentFactory(
        post=refill, kind=AttachmentKind.IMAGE.value, alt="The counter on Saturday morning", size=1_240_000
    )
    AttachmentFactory(post=refill, name="Refill counter, how we built it.pdf", size=382_000, position=1)
    write(
        180,
        floor,
        "Lucas Bernard",
        "Supply planning",
        "France",
        kind=PostKind.PRAISE.value,
        text="Ngozi rebuilt our forecast sheet over a weekend and then wrote the guide nobody had asked for. "
        "Three plants use it already.",
        reactions_count=142,
        replies_count=9,
    )
    write(
        300,
        blog,
        "Chen Wei",
        "Plant engineer",
        "China",
        title="常温储存的新方案：三家工厂的经验",
        language="zh-Hans",
        text="我们在三家工厂试用了新的储存方案，能耗下降了百分之十二。",
    )
    write(
        1500,
        blog,
        "ليلى حداد",
        "قائدة الجودة",
        "المغرب",
        title="ماذا تعلمنا من أسبوع الجودة؟",
        language="ar",
        text="شارك 40 زميلاً من 6 مصانع (الدار البيضاء، Lyon، Recife)، وهذه أهم النتائج.",
    )
    write(
        9000,
        blog,
        "Marta Ruiz",
        "Retail",
        "Spain",
        title="What three summers of stability tests taught us",
        kind=PostKind.ANNOUNCEMENT.value,
        text=LONG,
        clean_html=f"<p>{LONG}</p>" * 2,
    )
    feed = make_feed_page([lab, floor, blog])
    more = {"more_page": feed.pk, "more_label": "All conversations"}
    page = make_hub_page(
        feed_block([lab, floor, blog], limit=10, **more),
        feed_block([blog, floor], heading="As cards", layout="cards", limit=4),
        aside=(
            {"type": "heading", "value": {"text": "Before you post"}},
            {
                "type": "paragraph",
                "value": {
                    "text": "<p>Use the network for questions beyond your own "
                    "desk; use mail for formal notices.</p>"
                },
            },
            feed_block([lab, floor], heading="In short", limit=2),
            feed_block([], heading="Nothing yet"),
        ),
        title="What colleagues are working out, together",
        introduction="Conversations from our communities, people who can help, and the quickest way to the "
        "right tool.",
    )
    wide = make_hub_page(
        feed_block([lab, floor, blog], heading="Full width", layout="cards", limit=6),
        slug="wide",
        title="Wide",
    )
    assert wide.url == "/wide/"
    return str(page.url)


def picture(page: Page, name: str) -> None:
    """Keep what the page looks like in the folder SCREENSHOTS names, for people to look at."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def problems(page: Page) -> list[str]:
    """What axe finds: rule, element."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [f"{one['id']}: {node['html'][:150]}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize("looks", LOOKS)
@pytest.mark.parametrize("path", ["hub", "wide", "conversations"])
def test_pages_are_accessible_and_fit(
    look: Look, hub: str, looks: dict[str, Any], path: str, request: pytest.FixtureRequest
) -> None:
    page = look(**looks)
    page.goto(f"/{path}/")
    picture(page, f"{path}-{request.node.callspec.id.replace(path, '').strip('-')}")
    assert page.locator("article").count() >= 4
    assert problems(page) == []
    scrolled = "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
    assert page.evaluate(scrolled) == 0, "The page scrolls sideways."


def test_a_post_has_its_own_page(look: Look, hub: str, request: pytest.FixtureRequest) -> None:
    page = look()
    page.goto(hub)
    page.get_by_role("link", name="What three summers").first.click()
    picture(page, "post-1280-light")
    assert (
        page.get_by_role("heading", level=1).inner_text() == "What three summers of stability tests taught us"
    )
    assert problems(page) == []
    page.get_by_role("link", name="All conversations").click()
    assert page.url.endswith("/conversations/")


def test_a_long_post_unfolds_without_script(look: Look, hub: str) -> None:
    page = look()
    page.goto("/conversations/")
    start = page.locator(".esm-fold__start")
    whole = page.locator(".esm-fold .esm-prose")
    assert start.is_visible()
    assert not whole.is_visible()
    page.get_by_text("Read the whole post").click()
    assert whole.is_visible()
    assert not start.is_visible(), "The beginning would be read twice."


def test_a_feed_can_be_skipped_by_keyboard(look: Look, hub: str) -> None:
    page = look()
    page.goto(hub)
    skip = page.get_by_role("link", name="Skip these posts").first
    skip.focus()
    assert skip.bounding_box()["height"] >= 24  # type: ignore[index]
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    inside = "document.activeElement.closest('.esm-feed')?.getAttribute('aria-labelledby')"
    assert page.evaluate(inside) != page.locator(".esm-feed").first.get_attribute("aria-labelledby")


def test_targets_are_large_enough(look: Look, hub: str) -> None:
    page = look(width=360)
    page.goto(hub)
    small = page.evaluate(
        """() => [...document.querySelectorAll('.esm a, .esm summary')]
            .filter(e => e.offsetParent && !e.closest('.esm-prose') && !e.matches('.esm-skip'))
            .filter(e => e.getBoundingClientRect().height < 24)
            .map(e => e.className + ' ' + e.textContent.trim().slice(0, 40))"""
    )
    assert small == []


def test_foreign_text_says_its_language_and_finds_its_direction(look: Look, hub: str) -> None:
    page = look()
    page.goto(hub)
    arabic = page.locator(".esm-posts--list [lang=ar].esm-prose").first
    assert arabic.evaluate("e => getComputedStyle(e).direction") == "rtl"
    chinese = page.locator("[lang=zh-Hans].esm-card__title").first
    assert chinese.evaluate("e => getComputedStyle(e).direction") == "ltr"


def test_the_site_can_rebrand_and_switch_to_dark(look: Look, hub: str) -> None:
    page = look()
    page.goto(hub)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    card = page.locator(".esm-card").first
    assert card.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(28, 31, 30)"
    page.evaluate(
        """() => { const sheet = new CSSStyleSheet();
            sheet.replaceSync(':root { --esm-surface: rgb(1, 2, 3) }');
            document.adoptedStyleSheets.push(sheet); }"""
    )
    assert card.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(1, 2, 3)"
