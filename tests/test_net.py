from __future__ import annotations

import socket

import pytest

from esm_portal.exceptions import UnsafeAddress
from esm_portal.net import Reach, is_trusted, read_address, refusal, resolve
from tests.http_server import FakeDNS

ANYWHERE_REFUSED = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "0.1.2.3",
    "169.254.1.1",
    "169.254.169.254",
    "169.254.170.2",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%eth0",
    "ff02::1",
    "fd00:ec2::254",
    "fd20:ce::254",
    # IPv4 in IPv6 clothes
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:0:127.0.0.1",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::7f00:1",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::1",
    "2001:0:4136:e378:8000:63bf:80ff:fffe",  # Teredo, client 127.0.0.1
]
PRIVATE = [
    "10.0.0.5",
    "172.16.3.4",
    "192.168.1.1",
    "100.64.0.1",
    "fd12:3456::1",
    "::ffff:10.0.0.5",
    "64:ff9b::a00:5",
    "2002:a00:5::",
    "fec0::1",
    "192.0.2.1",
    "3fff::1",
]
PUBLIC = ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34", "64:ff9b::5db8:d822"]


@pytest.fixture
def dns(monkeypatch):
    fake = FakeDNS()
    monkeypatch.setattr(socket, "getaddrinfo", fake)
    return fake


@pytest.fixture(autouse=True)
def _nothing_trusted(settings):
    settings.ESM_PORTAL = {}


@pytest.mark.parametrize("address", ANYWHERE_REFUSED)
@pytest.mark.parametrize("reach", Reach)
def test_special_addresses_are_refused_even_when_configured(address, reach):
    assert refusal(address, reach)


@pytest.mark.parametrize("address", PRIVATE)
def test_private_networks_are_for_configured_hosts_only(address):
    assert refusal(address, Reach.CONFIGURED) == ""
    assert "private network" in refusal(address, Reach.PUBLIC)


@pytest.mark.parametrize("address", PUBLIC)
@pytest.mark.parametrize("reach", Reach)
def test_public_addresses_are_fine(address, reach):
    assert refusal(address, reach) == ""


@pytest.mark.parametrize(
    "host",
    [
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0x7f.0.0.1",
        "127.0.0.1.",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "localhost",
        "LOCALHOST.",
        "0",
        "2852039166",
        "0xa9fea9fe",
    ],
)
def test_no_spelling_of_a_special_address_gets_through(dns, host):
    dns.add("localhost", ["127.0.0.1"])
    address = read_address(f"http://{host}/feed")
    with pytest.raises(UnsafeAddress) as refused:
        resolve(address.host, address.port, Reach.CONFIGURED)
    assert "TRUSTED_HOSTS" in str(refused.value)


def test_one_bad_address_among_good_ones_is_enough(dns):
    dns.add("wiki.corp", ["93.184.216.34", "169.254.169.254"])
    with pytest.raises(UnsafeAddress) as refused:
        resolve("wiki.corp", 80, Reach.CONFIGURED)
    assert "wiki.corp" in str(refused.value)
    assert "cloud provider" in str(refused.value)


@pytest.mark.parametrize("host", ["metadata.google.internal", "METADATA.google.internal.", "metadata"])
def test_metadata_names_are_refused_wherever_they_lead(dns, host):
    dns.add(host.rstrip("."), ["93.184.216.34"])
    with pytest.raises(UnsafeAddress):
        resolve(host, 80, Reach.CONFIGURED)


def test_a_trusted_host_may_be_anywhere(dns, settings):
    settings.ESM_PORTAL = {"TRUSTED_HOSTS": ["Wiki.Corp."]}
    dns.add("wiki.corp", ["127.0.0.1"])
    assert resolve("wiki.corp", 80, Reach.PUBLIC) == [(socket.AF_INET, ("127.0.0.1", 80))]


@pytest.mark.parametrize(
    ("entry", "host", "port", "trusted"),
    [
        ("wiki.corp", "wiki.corp", 8080, True),
        ("wiki.corp:8080", "wiki.corp", 8080, True),
        ("wiki.corp:8080", "wiki.corp", 80, False),
        ("wiki.corp", "evil.wiki.corp", 80, False),
        ("wiki.corp", "wiki.corp.evil.com", 80, False),
        ("127.0.0.1", "127.1", 80, False),
        ("::1", "0:0:0:0:0:0:0:1", 80, True),
        ("[::1]:8000", "[::1]", 8000, True),
        ("[::1]:8000", "::1", 80, False),
        ("wiki.münchen.example", "wiki.xn--mnchen-3ya.example", 80, True),
        ("not a host", "not a host", 80, False),
        ("", "wiki.corp", 80, False),
    ],
)
def test_trusted_hosts_match_exactly(settings, entry, host, port, trusted):
    settings.ESM_PORTAL = {"TRUSTED_HOSTS": [entry]}
    assert is_trusted(host, port) is trusted


@pytest.mark.parametrize(
    "url",
    [
        "",
        "wiki.corp/feed",
        "//wiki.corp/feed",
        "http://",
        "http:///feed",
        "file:///etc/passwd",
        "ftp://wiki.corp/feed",
        "gopher://wiki.corp/",
        "httpx://wiki.corp/",
        "javascript:alert(1)",
        "data:text/plain,hello",
        "http://[::1/feed",
        "http://127。0。0。1/",
        "http://①②⑦.0.0.1/",
        "http://wiki.corp:99999/",
        "http://wiki.corp:abc/",
        "http://" + "ä" * 300 + ".corp/",
    ],
)
def test_only_complete_web_addresses_are_read(url):
    with pytest.raises(UnsafeAddress, match="http://"):
        read_address(url)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://Wiki.Corp./feed", "wiki.corp"),
        ("http://wiki.corp\\@evil.com/feed", "wiki.corp"),
        ("http://evil.com@wiki.corp/feed", "wiki.corp"),
        ("http://münchen.example/", "xn--mnchen-3ya.example"),
        ("http://[0:0::1]/", "::1"),
    ],
)
def test_the_host_is_the_one_that_is_connected_to(url, host):
    assert read_address(url).host == host


def test_userinfo_and_fragment_leave_the_address():
    address = read_address("https://ann%40corp:p%3Aw@wiki.corp/feed?x=1#top")
    assert address.url == "https://wiki.corp/feed?x=1"
    assert address.userinfo == ("ann@corp", "p:w")
    assert address.port == 443


@pytest.mark.parametrize(
    ("home", "other", "stays"),
    [
        ("http://a.corp/", "http://a.corp/x", True),
        ("http://a.corp/", "http://a.corp:80/x", True),
        ("http://a.corp/", "https://a.corp/x", True),
        ("https://a.corp/", "http://a.corp/x", False),
        ("http://a.corp/", "http://a.corp:8080/x", False),
        ("http://a.corp:8080/", "https://a.corp:8443/", False),
        ("http://a.corp/", "http://b.a.corp/", False),
    ],
)
def test_what_counts_as_the_same_place(home, other, stays):
    assert read_address(other).stays_at(read_address(home)) is stays
