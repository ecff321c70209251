"""`kestrel-run metrics`: real requests to a real server."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from kestrel.cli import serving
from kestrel.cli.serving import Address, Server
from kestrel.runtime.metrics.exporter import Metrics
from kestrel.text.diagnostic import KestrelError
from tests.cli.conftest import Shop

OPEN = {"Accept": "application/openmetrics-text; version=1.0.0, text/plain;q=0.5"}


class Serving:
    """A state, and its metrics on a port of this test's own."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.state = shop.init()
        self.metrics = Metrics(shop.folder / self.state)
        self.server = Server(Address("127.0.0.1", 0), self.metrics)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()

    def ask(
        self, path: str = "/metrics", method: str = "GET", headers: dict[str, str] | None = None
    ) -> tuple[int, str, dict[str, str]]:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.server_port, timeout=10)
        connection.request(method, path, headers=headers or {})
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return answer.status, body, dict(answer.getheaders())

    def stop(self) -> None:
        self.server.stop(self.thread)


@pytest.fixture
def served(shop: Shop) -> Iterator[Serving]:
    made = Serving(shop)
    yield made
    made.stop()


def test_the_forms_that_are_asked_for(served: Serving) -> None:
    status, body, headers = served.ask()
    assert (status, "kestrel_generation 1.0" in body) == (200, True)
    assert headers["Content-Type"].startswith("text/plain; version=0.0.4")
    _, body, headers = served.ask(headers=OPEN)
    assert body.endswith("# EOF\n")
    assert headers["Content-Type"].startswith("application/openmetrics-text")
    status, body, headers = served.ask(method="HEAD")
    assert (status, body, int(headers["Content-Length"]) > 1000) == (200, "", True)
    assert served.ask("/metrics?x=1")[0] == 200


def test_what_is_not_there_and_not_allowed(served: Serving) -> None:
    assert served.ask("/")[0] == 200
    assert served.ask("/../etc/passwd")[0] == 404
    for method in ("POST", "PUT", "DELETE"):
        status, _, headers = served.ask(method=method)
        assert (status, headers["Allow"]) == (405, "GET, HEAD")


def test_a_change_shows_at_the_next_request(served: Serving) -> None:
    served.shop.must("reload", served.state, "gateway.ks#two")
    body = served.ask()[1]
    assert "kestrel_generation 2.0" in body
    assert 'kestrel_reload_total{status="applied"} 1.0' in body


def test_503_says_why_and_ends_when_the_state_is_back(served: Serving) -> None:
    state = served.shop.folder / served.state
    away = state.with_name("away")
    state.rename(away)
    status, body, _ = served.ask()
    assert (status, "KS0706" in body) == (503, True)
    assert "Traceback" not in body
    status, body, _ = served.ask()
    assert (status, "KS0701" in body) == (503, True)
    away.rename(state)
    assert served.ask()[0] == 200


@pytest.mark.parametrize(
    "request_",
    [
        b"GET /metrics\r\n\r\n",
        b"\x00\xff" * 100 + b"\r\n\r\n",
        b"GET " + b"/" * 70_000 + b" HTTP/1.1\r\n\r\n",
        b"GET /metrics HTTP/1.1\r\n" + b"a: b\r\n" * 200 + b"\r\n",
        b"GET /metrics HTTP/1.1\r\nAccept: " + b"x" * 70_000 + b"\r\n\r\n",
        b"GET /metrics HTTP/1.1\r\nAccept: application/openmetrics-text; version=;;=\r\n\r\n",
        b"GET /metrics HTTP/9.9\r\n\r\n",
        b"",
    ],
)
def test_hostile_requests(
    served: Serving, request_: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    with socket.create_connection(("127.0.0.1", served.server.server_port)) as client:
        client.sendall(request_)
        client.shutdown(socket.SHUT_WR)
        client.settimeout(10)
        while client.recv(65536):
            pass
    assert served.ask()[0] == 200
    assert "bug" not in capfd.readouterr().err


def test_who_dribbles_is_cut_off(served: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "SECONDS", 0.2)
    with socket.create_connection(("127.0.0.1", served.server.server_port)) as client:
        client.sendall(b"GET /met")
        client.settimeout(10)
        assert client.recv(1) == b""


def test_more_connections_than_it_answers(served: Serving) -> None:
    held = [
        socket.create_connection(("127.0.0.1", served.server.server_port))
        for _ in range(serving.CONNECTIONS + 8)
    ]
    for client in held:
        client.close()
    assert any(answers(served) for _ in range(100))


def answers(served: Serving) -> bool:
    try:
        return served.ask()[0] == 200
    except (http.client.HTTPException, OSError):
        return False


@pytest.mark.parametrize(
    ("given", "host", "port"),
    [
        ("127.0.0.1:9464", "127.0.0.1", 9464),
        (":9464", "127.0.0.1", 9464),
        ("9464", "127.0.0.1", 9464),
        ("[::1]:1", "::1", 1),
        ("0.0.0.0:9464", "0.0.0.0", 9464),
        ("[::]:9464", "::", 9464),
        ("10.1.2.3:0", "10.1.2.3", 0),
    ],
)
def test_addresses(given: str, host: str, port: int) -> None:
    assert Address.parse(given) == Address(host, port)


@pytest.mark.parametrize(
    "given", ["", "x", "127.0.0.1", "127.0.0.1:", "1.2.3.4:65536", ":-1", "::1:80", "a b:1", ":٣"]
)
def test_what_is_no_address(given: str) -> None:
    with pytest.raises(KestrelError, match="KS0930"):
        Address.parse(given)


def test_a_name_is_for_this_host_only(monkeypatch: pytest.MonkeyPatch) -> None:
    found = {"localhost": "127.0.0.1", "gateway": "192.0.2.7"}

    def look_up(host: str, *_: object, **__: object) -> list[tuple[object, ...]]:
        return [(0, 0, 0, "", (found[host], 0))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    assert Address.parse("localhost:1").host == "127.0.0.1"
    with pytest.raises(KestrelError, match=r"if that is meant, write 192\.0\.2\.7"):
        Address.parse("gateway:1")


def test_the_command_serves_until_it_is_told_to_stop(shop: Shop) -> None:
    state = shop.init()
    process = start(shop, "metrics", state, "--listen", "127.0.0.1:0")
    assert process.stdout is not None
    line = process.stdout.readline()
    url = line.split()[1]
    port = int(url.rsplit(":", 1)[1].partition("/")[0])
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/metrics")
    assert connection.getresponse().status == 200
    taken = shop.run("metrics", state, "--listen", f"127.0.0.1:{port}")
    assert (taken.code, "KS0931" in taken.err) == (4, True)
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    assert process.communicate() == ("", "")


def test_beyond_this_host_only_as_written_and_said(shop: Shop) -> None:
    process = start(shop, "metrics", shop.init(), "--listen", "0.0.0.0:0", "--format", "json")
    assert process.stdout is not None
    said = json.loads(process.stdout.readline())
    assert said["result"]["url"].startswith("http://0.0.0.0:")
    assert [d["code"] for d in said["diagnostics"]] == ["KS0932"]
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 0


def start(shop: Shop, *words: str) -> subprocess.Popen[str]:
    path = os.pathsep.join(str(Path(p).resolve()) for p in sys.path if p)
    return subprocess.Popen(
        [sys.executable, "-m", "kestrel.cli.run", *words],
        cwd=shop.folder,
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_shown_once(shop: Shop) -> None:
    state = shop.init()
    assert "kestrel_generation 1.0\n" in shop.must("metrics", state).out
    figures = shop.must("metrics", state, "--format", "json").json["result"]["figures"]
    assert (figures["generation"], figures["error_rate"]) == (1, 0.0)


def test_a_wrong_state_is_told_at_the_start(shop: Shop) -> None:
    shop.write("words.state", "no database at all\n" * 100)
    for words in (("words.state",), ("words.state", "--listen", ":0")):
        ran = shop.run("metrics", *words)
        assert (ran.code, "KS0702" in ran.err) == (2, True)
    assert shop.run("metrics", "gone.state", "--listen", ":0").code == 4


def test_export_keeps_a_file_up_to_date(shop: Shop) -> None:
    state = shop.init()
    shop.must("audit", "export", state, "--to", "events.jsonl")
    shop.must("reload", state, "gateway.ks#two")
    said = shop.must("audit", "export", state, "--to", "events.jsonl").out
    assert said == "events.jsonl has all 3 events\n"
    assert (shop.folder / "events.jsonl").read_text() == shop.must("audit", "export", state).out
    shop.must("init", "other.state", "--config", "gateway.ks#one")
    ran = shop.run("audit", "export", "other.state", "--to", "events.jsonl")
    assert (ran.code, "KS0780" in ran.err) == (4, True)
