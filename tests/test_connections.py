"""The address that was checked is the one that is connected to; TLS is still for the name."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from esm_portal.exceptions import ServiceUnavailable, UnsafeAddress
from esm_portal.http import HTTPClient
from tests.http_server import FakeDNS, answer, drip, redirect, serve


@pytest.fixture
def dns(monkeypatch):
    fake = FakeDNS()
    monkeypatch.setattr(socket, "getaddrinfo", fake)
    return fake


@pytest.fixture
def dialled(monkeypatch):
    """Addresses that somebody tried to connect to; only loopback is really reached."""
    addresses = []
    connect = socket.socket.connect

    def dial(sock, address):
        addresses.append(address[0])
        if not ip_address(address[0]).is_loopback:
            raise ConnectionRefusedError(111, "Connection refused")
        connect(sock, address)

    monkeypatch.setattr(socket.socket, "connect", dial)
    return addresses


@pytest.fixture
def client():
    with HTTPClient(account_key="a1") as client:
        yield client


def test_a_second_dns_answer_leads_nowhere(dns, dialled, client, settings):
    settings.ESM_PORTAL = {}
    dns.add("blog.example", ["93.184.216.34"], ["127.0.0.1"])
    with pytest.raises(ServiceUnavailable):
        client.get("http://blog.example/feed")
    assert dns.asked == ["blog.example"]
    assert dialled == ["93.184.216.34"]
    with pytest.raises(UnsafeAddress, match=r"blog\.example"):
        client.get("http://blog.example/feed")
    assert dialled == ["93.184.216.34"]


def test_a_configured_host_may_be_on_a_private_network(dns, dialled, client, settings):
    settings.ESM_PORTAL = {}
    dns.add("wiki.corp", ["10.0.0.5", "fd12::5"])
    with pytest.raises(ServiceUnavailable, match="switched off"):
        client.get("http://wiki.corp/feed")
    assert dialled == ["10.0.0.5", "fd12::5"]


def test_an_address_that_does_not_answer_leads_to_the_next(dns, dialled, client, settings):
    dns.add("wiki.corp", ["10.0.0.5", "127.0.0.1"])
    settings.ESM_PORTAL = {"TRUSTED_HOSTS": ["wiki.corp"]}
    with serve() as server:
        server.on("/feed", answer())
        assert client.get(server.url("/feed", host="wiki.corp")).content == b"hello"
    assert dialled == ["10.0.0.5", "127.0.0.1"]


def test_a_connection_of_a_configured_host_serves_no_redirect(dns, dialled, client, settings):
    """The kept connection to a private host is not lent to an answer of another host."""
    with serve() as blog:
        settings.ESM_PORTAL = {"TRUSTED_HOSTS": ["wiki.corp", f"127.0.0.1:{blog.port}"]}
        with serve() as wiki:
            dns.add("wiki.corp", ["127.0.0.1"])
            wiki.on("/secret", answer())
            client.get(wiki.url("/secret", host="wiki.corp"))
            settings.ESM_PORTAL = {"TRUSTED_HOSTS": [f"127.0.0.1:{blog.port}"]}
            url = blog.on("/feed", redirect(wiki.url("/secret", host="wiki.corp")))
            with pytest.raises(UnsafeAddress):
                client.get(url)
            assert len(wiki.requests) == 1


def test_the_connect_timeout_counts_for_all_addresses_together(dns, monkeypatch, client, settings):
    settings.ESM_PORTAL = {"HTTP_CONNECT_TIMEOUT": 0.2, "HTTP_TOTAL_TIMEOUT": 0.5}
    dns.add("wiki.corp", [f"10.0.0.{number}" for number in range(20)])

    def dial(sock, address):
        time.sleep(sock.gettimeout())
        raise TimeoutError

    monkeypatch.setattr(socket.socket, "connect", dial)
    started = time.monotonic()
    with pytest.raises(ServiceUnavailable):
        client.get("http://wiki.corp/feed")
    assert time.monotonic() - started < 2


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """Folder with ca.pem, and server.pem: a certificate for wiki.corp."""
    folder = tmp_path_factory.mktemp("tls")
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca_name = x509.Name.from_rfc4514_string("CN=Company")
    now = datetime.now(UTC)

    def certificate(name, public_key):
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(ca_name)
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
        )

    ca = certificate(ca_name, ca_key.public_key()).add_extension(
        x509.BasicConstraints(ca=True, path_length=None), critical=True
    )
    leaf = certificate(x509.Name.from_rfc4514_string("CN=wiki"), key.public_key()).add_extension(
        x509.SubjectAlternativeName([x509.DNSName("wiki.corp")]), critical=False
    )
    pem = serialization.Encoding.PEM
    (folder / "ca.pem").write_bytes(ca.sign(ca_key, hashes.SHA256()).public_bytes(pem))
    (folder / "server.pem").write_bytes(
        leaf.sign(ca_key, hashes.SHA256()).public_bytes(pem)
        + key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder


class TestTLS:
    @pytest.fixture
    def server(self, authority, dns, settings):
        settings.ESM_PORTAL = {"TRUSTED_HOSTS": ["wiki.corp", "other.corp"]}
        dns.add("wiki.corp", ["127.0.0.1"])
        dns.add("other.corp", ["127.0.0.1"])
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(authority / "server.pem")
        with serve(tls=context) as server:
            server.on("/feed", answer())
            yield server

    def test_the_companys_own_authority_counts(self, server, authority, client, monkeypatch):
        monkeypatch.setenv("SSL_CERT_FILE", str(authority / "ca.pem"))
        for _ in range(2):
            assert client.get(f"https://wiki.corp:{server.port}/feed").content == b"hello"
        assert server.connections == 1

    def test_a_certificate_for_another_name_does_not(self, server, authority, client, monkeypatch):
        monkeypatch.setenv("SSL_CERT_FILE", str(authority / "ca.pem"))
        with pytest.raises(ServiceUnavailable, match=r"certificate of “other\.corp”"):
            client.get(f"https://other.corp:{server.port}/feed")
        assert server.requests == []

    def test_a_certificate_of_an_unknown_authority_does_not(self, server, client):
        with pytest.raises(ServiceUnavailable, match="cannot be verified"):
            client.get(f"https://wiki.corp:{server.port}/feed")
        assert server.requests == []

    def test_a_dripping_answer_over_tls_is_given_up(self, server, authority, client, monkeypatch, settings):
        monkeypatch.setenv("SSL_CERT_FILE", str(authority / "ca.pem"))
        settings.ESM_PORTAL = {"TRUSTED_HOSTS": ["wiki.corp"], "HTTP_TOTAL_TIMEOUT": 0.6}
        server.on("/slow", drip(b"HTTP/1.1 200 OK\r\nX-Long: ", b"x"))
        started = time.monotonic()
        with pytest.raises(ServiceUnavailable, match="too slowly"):
            client.get(f"https://wiki.corp:{server.port}/slow")
        assert time.monotonic() - started < 2

    def test_a_handshake_that_drips_is_given_up(self, client, settings, dns):
        """Not TLS at all: a record header, and then a byte now and then."""
        settings.ESM_PORTAL = {"TRUSTED_HOSTS": ["wiki.corp"], "HTTP_CONNECT_TIMEOUT": 0.4}
        dns.add("wiki.corp", ["127.0.0.1"])
        listener = socket.create_server(("127.0.0.1", 0))
        port = listener.getsockname()[1]

        def trickle():
            connection, _ = listener.accept()
            with connection:
                try:
                    connection.sendall(b"\x16\x03\x03\x40\x00")
                    for _ in range(200):
                        time.sleep(0.05)
                        connection.sendall(b"\x02")
                except OSError:
                    return

        thread = threading.Thread(target=trickle, daemon=True)
        thread.start()
        started = time.monotonic()
        with pytest.raises(ServiceUnavailable):
            client.get(f"https://wiki.corp:{port}/feed")
        assert time.monotonic() - started < 2
        listener.close()
        thread.join()

    def test_plain_http_on_a_tls_port(self, client, settings, dns):
        with serve() as server:
            settings.ESM_PORTAL = {"TRUSTED_HOSTS": ["wiki.corp"]}
            dns.add("wiki.corp", ["127.0.0.1"])
            with pytest.raises(ServiceUnavailable, match="secure connection"):
                client.get(f"https://wiki.corp:{server.port}/feed")
