from __future__ import annotations

import logging

import pytest

from esm_portal.exceptions import (
    AuthenticationFailed,
    PayloadError,
    ProviderError,
    UnsafeAddress,
)
from esm_portal.http import HTTPClient
from tests.http_fixtures import client, dns, limits, server  # noqa: F401 (fixtures)
from tests.http_server import answer, raw, redirect

OK = b"HTTP/1.1 200 OK\r\n"


class TestRedirects:
    def test_a_permanent_move_is_reported(self, client, server):
        server.on("/b", redirect("c", status=308))
        server.on("/c", answer())
        response = client.get(server.on("/a", redirect("/b", status=301)))
        assert response.moved_to == response.url == server.url("/c")

    def test_only_an_unbroken_chain_from_the_start_is_a_move(self, client, server):
        server.on("/b", redirect("/c", status=302))
        server.on("/c", redirect("/d", status=301))
        server.on("/d", answer())
        response = client.get(server.on("/a", redirect("/b", status=301)))
        assert response.moved_to == server.url("/b")
        assert response.url == server.url("/d")

    @pytest.mark.parametrize("status", [302, 303, 307])
    def test_a_passing_redirect_is_no_move(self, client, server, status):
        server.on("/b", answer())
        response = client.get(server.on("/a", redirect("/b", status=status)))
        assert (response.content, response.moved_to) == (b"hello", "")

    def test_five_redirects_are_followed_and_no_sixth(self, client, server):
        for number in range(6):
            server.on(f"/{number}", redirect(f"/{number + 1}"))
        server.on("/6", answer())
        assert client.get(server.url("/1")).content == b"hello"
        with pytest.raises(PayloadError, match="without end"):
            client.get(server.url("/0"))
        assert server.paths.count("/6") == 1

    def test_a_loop_ends_at_once(self, client, server):
        server.on("/b", redirect("/a#again"))
        with pytest.raises(PayloadError, match="without end"):
            client.get(server.on("/a", redirect("/b")))
        assert server.paths == ["/a", "/b"]

    @pytest.mark.parametrize(
        "location", ["file:///etc/passwd", "ftp://x.example/", "http://[bad", "https:///"]
    )
    def test_a_redirect_leads_to_the_web_only(self, client, server, location):
        with pytest.raises(UnsafeAddress):
            client.get(server.on("/a", redirect(location)))

    def test_addresses_beyond_ascii(self, client, server):
        server.on("/b%C3%BC", answer())
        assert client.get(server.on("/a", redirect("/bü".encode().decode("latin-1")))).status == 200

    @pytest.mark.parametrize(
        "target",
        [
            "http://169.254.169.254/latest/meta-data/",
            "http://[fd00:ec2::254]/latest/",
            "http://100.100.100.200/",
            "http://127.0.0.1:9/",
            "http://2130706433:9/",
            "http://[::ffff:169.254.169.254]/",
            "http://10.0.0.5/",
            "http://intra.corp/",
        ],
    )
    def test_a_redirect_into_the_private_network_is_refused(self, client, server, dns, monkeypatch, target):
        dns.add("intra.corp", ["10.0.0.5"])
        dialled = []
        url = server.on("/a", redirect(target))
        connect = __import__("socket").socket.connect

        def dial(sock, address):
            dialled.append(address[:2])
            connect(sock, address)

        monkeypatch.setattr("socket.socket.connect", dial)
        with pytest.raises(UnsafeAddress, match="TRUSTED_HOSTS") as refused:
            client.get(url)
        assert dialled == [("127.0.0.1", server.port)]
        assert refused.value.provider == "feeds"

    def test_a_trusted_host_may_be_redirected_to(self, client, server, dns, limits):
        dns.add("wiki.corp", ["127.0.0.1"])
        limits(TRUSTED_HOSTS=[f"127.0.0.1:{server.port}", "wiki.corp"])
        server.on("/b", answer())
        url = server.on("/a", redirect(server.url("/b", host="wiki.corp")))
        assert client.get(url).url == server.url("/b", host="wiki.corp")


class TestSecrets:
    @pytest.fixture
    def signed_in(self, limits, server, dns):
        dns.add("other.corp", ["127.0.0.1"])
        limits(TRUSTED_HOSTS=["127.0.0.1", "other.corp"])
        headers = {"X-Api-Key": "k3y", "Cookie": "sid=1", "If-None-Match": '"e"', "Accept": "text/xml"}
        with HTTPClient(account_key="a1", headers=headers, auth=("ann", "Zoë:1")) as client:
            yield client

    def test_they_go_to_the_host_that_was_asked(self, signed_in, server):
        server.on("/b", answer())
        signed_in.get(server.on("/a", redirect("/b")))
        for request in server.requests:
            assert request.headers["authorization"] == "Basic YW5uOlpvw6s6MQ=="
            assert request.headers["x-api-key"] == "k3y"

    def test_they_never_go_to_another_host(self, signed_in, server):
        server.on("/b", redirect(server.url("/c")))
        server.on("/c", answer())
        signed_in.get(server.on("/a", redirect(server.url("/b", host="other.corp"))))
        _, elsewhere, back = server.requests
        for request in (elsewhere, back):
            assert not {"authorization", "x-api-key", "cookie"} & set(request.headers)
        assert elsewhere.headers["if-none-match"] == '"e"'
        assert elsewhere.headers["accept"] == "text/xml"

    def test_they_do_not_follow_a_link_to_another_host(self, signed_in, server):
        server.on("/b", answer())
        signed_in.get(server.url("/b", host="other.corp"), named_by=server.url("/a"))
        assert "authorization" not in server.requests[0].headers

    def test_they_follow_a_link_to_the_next_page(self, signed_in, server):
        signed_in.get(server.on("/b", answer()), named_by=server.url("/a"))
        assert "authorization" in server.requests[0].headers

    def test_a_password_in_the_configured_address_is_for_its_links_too(self, client, server):
        feed = server.url("/feed").replace("://", "://ann:hunter2@")
        client.get(server.on("/next", answer()), named_by=feed)
        assert server.requests[0].headers["authorization"] == "Basic YW5uOmh1bnRlcjI="

    def test_a_link_of_an_answer_leads_to_public_addresses_only(self, client, server, dns):
        dns.add("intra.corp", ["10.0.0.5"])
        with pytest.raises(UnsafeAddress, match="private network"):
            client.get("http://intra.corp/next", named_by=server.url("/a"))

    def test_a_password_in_the_address_signs_in_and_is_not_given_back(self, client, server):
        server.on("/b", answer())
        url = server.on("/a", redirect("/b", status=301)).replace("://", "://ann:hunter2@")
        response = client.get(url)
        assert server.requests[1].headers["authorization"] == "Basic YW5uOmh1bnRlcjI="
        assert "hunter2" not in response.url
        assert response.moved_to == ""

    @pytest.mark.parametrize("value", ["tok\nen", "tök€n"])
    def test_a_secret_that_cannot_be_sent_is_a_matter_for_a_person(self, limits, server, value, caplog):
        caplog.set_level(logging.DEBUG)
        with (
            HTTPClient(account_key="a1", headers={"Authorization": f"Bearer {value}"}) as client,
            pytest.raises(AuthenticationFailed, match="line break") as failed,
        ):
            client.get(server.on("/a", answer()))
        assert value not in str(failed.value) + caplog.text

    def test_a_header_that_cannot_be_read_is_logged_without_them(self, client, server, caplog):
        url = server.on("/a", raw(OK + b"Content-Length: 0\r\nno header token=hunter2\r\nX: y\r\n\r\n"))
        client.get(url + "?token=hunter2")
        assert "Failed to parse headers" in caplog.text
        assert "hunter2" not in caplog.text

    @pytest.mark.parametrize(
        "behaviour",
        [answer(), answer(status=403), answer(status=404), raw(b"garbage"), redirect("/x?sig=hunter2")],
    )
    def test_they_are_in_no_message_and_no_log(self, limits, server, caplog, behaviour):
        caplog.set_level(logging.DEBUG)
        url = server.on("/a", behaviour).replace("://", "://ann:hunter2@") + "?token=hunter2&page=2"
        message = ""
        with HTTPClient(account_key="a1", headers={"X-Key": "hunter2"}) as client:
            try:
                client.get(url)
            except ProviderError as error:
                message = str(error)
        assert "page=2" in caplog.text
        assert "hunter2" not in message + caplog.text
