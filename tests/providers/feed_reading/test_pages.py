from __future__ import annotations

import pytest

from esm_portal.providers.feed_reading.pages import advertised_feeds

ADDRESS = "https://a.example/wiki/start"
TRAC = """<!DOCTYPE html><html lang="en-US"><head><title>Timeline – Lab notes</title>
<link rel="search" href="/search" /><link rel="stylesheet" href="/chrome/trac.css" type="text/css" />
<link rel="alternate" type="application/rss+xml" class="rss"
 href="/timeline?wiki=on&amp;format=rss" title="RSS Feed" />
</head><body></body></html>"""
WORDPRESS = """<html lang="fr-FR"><head><title>Le blog</title>
<link rel="alternate" type="application/rss+xml" title="Le blog &raquo; Flux"
 href="https://a.example/feed/" />
<link rel="alternate" type="application/rss+xml" title="Le blog &raquo; Commentaires"
 href="https://a.example/comments/feed/" />
<link rel="alternate" title="JSON" type="application/json"
 href="https://a.example/wp-json/wp/v2/pages/2" />"""


def test_trac_says_no_more_than_rss_feed_so_the_page_gives_its_name():
    (feed,) = advertised_feeds(TRAC, ADDRESS)
    assert feed.url == "https://a.example/timeline?wiki=on&format=rss"
    assert feed.name == "Timeline – Lab notes"
    assert feed.language == "en-US"


def test_wordpress_offers_posts_and_comments_but_its_interface_is_no_feed():
    assert [(feed.name, feed.url) for feed in advertised_feeds(WORDPRESS, ADDRESS)] == [
        ("Le blog » Flux", "https://a.example/feed/"),
        ("Le blog » Commentaires", "https://a.example/comments/feed/"),
    ]


@pytest.mark.parametrize(
    "link",
    [
        '<LINK REL="Alternate" TYPE="Application/Atom+XML" HREF="feed.xml">',
        "<link href=feed.xml type='application/feed+json; charset=utf-8' rel='nofollow alternate'>",
        '<base href="/wiki/"><link rel="alternate" type="text/xml" href="feed.xml">',
        '<body><p>x</p><link rel="alternate" type="application/rss+xml" href="feed.xml">',
    ],
)
def test_many_spellings(link):
    assert [feed.url for feed in advertised_feeds(link, ADDRESS)] == ["https://a.example/wiki/feed.xml"]


@pytest.mark.parametrize(
    "link",
    [
        '<link rel="alternate" hreflang="de" href="/de/">',
        '<link rel="stylesheet alternate" type="text/xml" href="/x">',
        '<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">',
        '<link rel="alternate" type="application/rss+xml">',
        "<![CD broken",
    ],
)
def test_what_is_no_feed(link):
    assert advertised_feeds(link, ADDRESS) == []


def test_each_feed_comes_once():
    link = '<link rel="alternate" type="application/rss+xml" href="/feed">'
    assert len(advertised_feeds(link * 3, ADDRESS)) == 1
