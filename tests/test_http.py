from __future__ import annotations

import gzip
import time
import tracemalloc
import zlib
from datetime import timedelta

import pytest
import requests

from esm_portal.exceptions import (
    AuthenticationFailed,
    ChannelUnavailable,
    PayloadError,
    PermissionDenied,
    ProviderError,
    RateLimited,
    ServiceUnavailable,
)
from esm_portal.http import HTTPClient
from tests.http_fixtures import client, dns, limits, server  # noqa: F401 (fixtures)
from tests.http_server import Handler, answer, drip, flood, raw, redirect

OK = b"HTTP/1.1 200 OK\r\n"


class TestAnswers:
    def test_an_answer_arrives_whole(self, client, server):
        url = server.on("/feed", answer(b"hello", ETag='"1"'))
        response = client.get(url + "#top")
        assert (response.status, response.content, response.url) == (200, b"hello", url)
        assert response.headers["etag"] == '"1"'
        assert response.moved_to == ""
        assert client.request_count == 1

    def test_we_say_who_we_are_and_what_we_can_read(self, client, server):
        client.get(server.on("/feed", answer()))
        sent = server.requests[0].headers
        assert sent["user-agent"].startswith("esm_portal/")
        assert sent["accept-encoding"] == "gzip, deflate"

    @pytest.mark.parametrize(
        ("encoding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress), ("x-gzip", gzip.compress)]
    )
    def test_compressed_answers_are_unpacked(self, client, server, encoding, pack):
        body = b"hello " * 50_000
        url = server.on("/feed", answer(pack(body), Content_Encoding=encoding))
        assert client.get(url).content == body

    def test_not_modified_is_an_answer_too(self, client, server):
        url = server.on("/feed", answer(status=304, ETag='"1"', Content_Length="5000"))
        response = client.get(url, headers={"If-None-Match": '"1"'})
        assert (response.status, response.content) == (304, b"")
        assert server.requests[0].headers["if-none-match"] == '"1"'

    def test_a_connection_serves_several_requests(self, client, server):
        url = server.on("/feed", answer())
        for _ in range(3):
            client.get(url)
        assert (client.request_count, server.connections) == (3, 1)

    def test_json(self, client, server):
        url = server.on("/api", answer('{"name": "Zoë"}'.encode()))
        assert client.get_json(url) == {"name": "Zoë"}
        assert server.requests[0].headers["accept"] == "application/json"

    @pytest.mark.parametrize("body", [b"", b"<html>Please sign in</html>", b'{"a": ', b"NaN", b"[" * 100_000])
    def test_what_is_not_json_is_said_plainly(self, client, server, body):
        with pytest.raises(PayloadError, match="sign in") as failed:
            client.get_json(server.on("/api", answer(body)))
        assert failed.value.provider == "feeds"

    def test_cookies_are_not_kept(self, client, server):
        url = server.on("/feed", answer(Set_Cookie="sid=1; Path=/"))
        client.get(url)
        client.get(url)
        assert "cookie" not in server.requests[1].headers

    def test_proxies_and_netrc_of_the_environment_are_not_used(self, client, server, monkeypatch, tmp_path):
        (tmp_path / "netrc").write_text("machine 127.0.0.1 login ann password hunter2")
        monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
        client.get(server.on("/feed", answer()))
        assert "authorization" not in server.requests[0].headers


class TestStatus:
    @pytest.mark.parametrize(
        ("status", "expected"),
        [
            (400, PayloadError),
            (401, AuthenticationFailed),
            (403, PermissionDenied),
            (404, ChannelUnavailable),
            (408, ServiceUnavailable),
            (410, ChannelUnavailable),
            (418, PayloadError),
            (429, RateLimited),
            (500, ServiceUnavailable),
            (503, ServiceUnavailable),
            (300, PayloadError),
            (302, PayloadError),  # without a Location
        ],
    )
    def test_each_status_has_its_error(self, client, server, status, expected):
        url = server.on("/feed", answer(status=status, X_Request_Id="r-1<script>"))
        with pytest.raises(ProviderError) as failed:
            client.get(url)
        assert type(failed.value) is expected
        assert failed.value.status_code == status
        assert failed.value.request_id == "r-1script"
        assert str(failed.value).endswith(f"(feeds, HTTP {status}, request r-1script)")

    def test_gone_is_for_good(self, client, server):
        with pytest.raises(ChannelUnavailable) as failed:
            client.get(server.on("/feed", answer(status=410)))
        assert failed.value.gone

    @pytest.mark.parametrize("status", [429, 503])
    def test_a_service_that_asks_for_a_pause_gets_it(self, client, server, status, time_machine):
        time_machine.move_to("2026-03-02T10:00:00Z", tick=False)
        url = server.on("/feed", answer(status=status, Retry_After="30"))
        with pytest.raises(ProviderError) as failed:
            client.get(url)
        assert failed.value.retry_after == timedelta(seconds=30)
        time_machine.shift(29)
        with (
            HTTPClient(account_key="a1") as another,
            pytest.raises(RateLimited, match="pause") as failed,
        ):
            another.get(url)
        assert failed.value.retry_after == timedelta(seconds=1)
        assert len(server.requests) == 1
        server.on("/feed", answer())
        time_machine.shift(2)
        assert client.get(url).status == 200

    def test_another_account_is_not_held_up(self, client, server):
        url = server.on("/feed", answer(status=429, Retry_After="30"))
        with pytest.raises(RateLimited):
            client.get(url)
        server.on("/feed", answer())
        with HTTPClient(account_key="a2") as other:
            assert other.get(url).status == 200

    def test_the_body_of_an_error_is_not_read(self, client, server):
        start = b"HTTP/1.1 500 No\r\nContent-Length: 300000000\r\n\r\n"
        with pytest.raises(ServiceUnavailable, match="problem of its own"):
            client.get(server.on("/feed", drip(start, b"x", pause=1)))


class TestBudget:
    def test_one_more_than_the_budget_is_not_sent(self, client, server, limits, time_machine):
        time_machine.move_to("2026-03-02T10:00:20Z", tick=False)
        limits(HTTP_REQUESTS_PER_MINUTE=2)
        url = server.on("/feed", answer())
        client.get(url)
        client.get(url)
        with pytest.raises(RateLimited, match="2 requests") as failed:
            client.get(url)
        assert failed.value.retry_after == timedelta(seconds=40)
        assert len(server.requests) == client.request_count == 2
        time_machine.shift(41)
        assert client.get(url).status == 200

    def test_redirects_count(self, client, server, limits, time_machine):
        time_machine.move_to("2026-03-02T10:00:20Z", tick=False)
        limits(HTTP_REQUESTS_PER_MINUTE=2)
        server.on("/b", redirect("/c"))
        with pytest.raises(RateLimited):
            client.get(server.on("/a", redirect("/b")))
        assert server.paths == ["/a", "/b"]


class TestLimits:
    def test_a_body_that_drips_is_given_up(self, client, server, limits):
        limits(HTTP_TOTAL_TIMEOUT=0.4)
        url = server.on("/feed", drip(OK + b"Content-Length: 1000\r\n\r\n", b"x"))
        self.assert_given_up(client, url)

    def test_a_body_without_length_that_drips_is_not_taken_for_whole(self, client, server, limits):
        limits(HTTP_TOTAL_TIMEOUT=0.4)
        self.assert_given_up(client, server.on("/feed", drip(OK + b"Connection: close\r\n\r\n", b"x")))

    def test_headers_that_drip_are_given_up(self, client, server, limits):
        limits(HTTP_TOTAL_TIMEOUT=0.4)
        self.assert_given_up(client, server.on("/feed", drip(OK + b"X-Long: ", b"x")))

    def test_interim_answers_without_end_are_given_up(self, client, server, limits):
        limits(HTTP_TOTAL_TIMEOUT=0.4)
        self.assert_given_up(client, server.on("/feed", drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n")))

    def test_a_kept_connection_that_starts_to_drip_is_given_up(self, client, server, limits):
        client.get(server.on("/good", answer()))
        limits(HTTP_TOTAL_TIMEOUT=0.4)
        self.assert_given_up(client, server.on("/bad", drip(OK + b"X-Long: ", b"x")))
        assert server.connections == 1

    def test_slow_redirects_share_one_time(self, client, server, limits):
        def slow(location):
            def behave(handler: Handler) -> None:
                time.sleep(0.15)
                redirect(location)(handler)

            return behave

        limits(HTTP_TOTAL_TIMEOUT=0.4)
        for number in range(5):
            server.on(f"/{number}", slow(f"/{number + 1}"))
        self.assert_given_up(client, server.url("/0"))

    def test_silence_ends_at_the_read_timeout(self, client, server, limits):
        limits(HTTP_READ_TIMEOUT=0.2)
        started = time.monotonic()
        with pytest.raises(ServiceUnavailable, match="in time"):
            client.get(server.on("/feed", drip(OK, b"", pause=5)))
        assert time.monotonic() - started < 2

    def test_the_client_goes_on_after_a_call_that_was_given_up(self, client, server, limits):
        limits(HTTP_TOTAL_TIMEOUT=0.3)
        self.assert_given_up(client, server.on("/bad", drip(OK + b"X-Long: ", b"x")))
        assert client.get(server.on("/good", answer())).content == b"hello"

    @pytest.mark.parametrize(
        "start",
        [
            OK + b"Content-Length: 300000000\r\n\r\n",
            OK + b"Connection: close\r\n\r\n",
        ],
    )
    def test_300_megabytes_are_not_read(self, client, server, limits, start):
        limits(HTTP_MAX_BYTES=1_000_000)
        self.assert_too_large(client, server.on("/feed", flood(start, b"x" * 100_000, 3000)))

    def test_one_huge_chunk_is_not_read(self, client, server, limits):
        limits(HTTP_MAX_BYTES=1_000_000)
        start = OK + b"Transfer-Encoding: chunked\r\n\r\nfffffff\r\n"
        self.assert_too_large(client, server.on("/feed", flood(start, b"x" * 100_000, 3000)))

    @pytest.mark.parametrize("layers", [1, 2])
    def test_a_gzip_bomb_does_not_go_off(self, client, server, limits, layers):
        limits(HTTP_MAX_BYTES=1_000_000)
        packer = zlib.compressobj(9, wbits=31)
        body = b"".join(packer.compress(bytes(1_000_000)) for _ in range(100)) + packer.flush()
        if layers == 2:
            body = gzip.compress(body)
        encoding = ", ".join(["gzip"] * layers)
        self.assert_too_large(client, server.on("/feed", answer(body, Content_Encoding=encoding)))

    def test_the_limit_itself_is_fine(self, client, server, limits):
        limits(HTTP_MAX_BYTES=5)
        assert client.get(server.on("/feed", answer(b"hello"))).content == b"hello"
        with pytest.raises(PayloadError):
            client.get(server.on("/feed", answer(b"hello!")))

    def test_the_body_of_a_redirect_is_not_read(self, client, server, limits):
        server.on("/b", answer())
        start = b"HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 300000000\r\n\r\n"
        url = server.on("/a", drip(start, b"x", pause=1))
        started = time.monotonic()
        assert client.get(url).content == b"hello"
        assert time.monotonic() - started < 0.9

    def assert_given_up(self, client, url):
        started = time.monotonic()
        with pytest.raises(ServiceUnavailable, match="too slowly"):
            client.get(url)
        assert time.monotonic() - started < 2

    def assert_too_large(self, client, url):
        tracemalloc.start()
        try:
            with pytest.raises(PayloadError, match="larger than"):
                client.get(url)
            assert tracemalloc.get_traced_memory()[1] < 12_000_000
        finally:
            tracemalloc.stop()


class TestBrokenAnswers:
    @pytest.mark.parametrize(
        ("data", "expected"),
        [
            (b"", ServiceUnavailable),
            (b"SSH-2.0-OpenSSH_9.2\r\n", ServiceUnavailable),
            (b"HTTP/1.1 abc\r\n\r\n", ServiceUnavailable),
            (OK + b"X: " + b"y" * 70_000 + b"\r\n\r\n", ServiceUnavailable),
            (OK + b"X: y\r\n" * 200 + b"\r\n", ServiceUnavailable),
            (OK + b"Content-Length: 100\r\n\r\ncut off", ServiceUnavailable),
            (OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n", ServiceUnavailable),
            (OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhel", ServiceUnavailable),
            (OK + b"Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello", PayloadError),
            (OK + b"Content-Encoding: " + b"gzip, " * 9 + b"gzip\r\n\r\nhello", PayloadError),
        ],
    )
    def test_only_our_own_errors_leave(self, client, server, data, expected):
        with pytest.raises(ProviderError) as failed:
            client.get(server.on("/feed", raw(data)))
        assert type(failed.value) is expected
        assert "127.0.0.1" in str(failed.value)

    def test_nobody_listens(self, client, settings):
        settings.ESM_PORTAL = {"TRUSTED_HOSTS": ["127.0.0.1"]}
        with pytest.raises(ServiceUnavailable, match="switched off"):
            client.get("http://127.0.0.1:9/feed")

    def test_a_name_that_does_not_exist(self, client):
        with pytest.raises(ServiceUnavailable, match=r"“nowhere\.example” cannot be found"):
            client.get("http://nowhere.example/feed")

    @pytest.mark.parametrize("label", ["a" * 64, "a..b"])
    def test_a_name_that_cannot_exist(self, client, label):
        with pytest.raises(ServiceUnavailable, match="cannot be found"):
            client.get(f"http://{label}.example/feed")

    def test_nothing_of_requests_is_left_in_a_traceback(self, client, server):
        with pytest.raises(ProviderError) as failed:
            client.get(server.on("/feed", raw(b"")))
        assert failed.value.__suppress_context__
        assert not isinstance(failed.value, requests.RequestException)
