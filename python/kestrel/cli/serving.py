"""A small HTTP server for metrics: GET /metrics, one answer a connection, all of it bounded."""

from __future__ import annotations

import ipaddress
import signal
import socket
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from socketserver import TCPServer, ThreadingMixIn
from typing import Any
from urllib.parse import urlsplit

import msgspec

from kestrel.runtime.metrics.exporter import Metrics
from kestrel.text.diagnostic import Diagnostic, KestrelError
from kestrel.text.display import harmless
from kestrel.text.render import render_all

SECONDS = 5.0
"""How long one connection may take, from its first byte to its last."""
CONNECTIONS = 16
"""Answered at once; more are turned away."""
PATH = "/metrics"


class Address(msgspec.Struct, frozen=True):
    """An IP address and a port; port 0 is any that is free."""

    host: str
    port: int

    @classmethod
    def parse(cls, given: str) -> Address:
        """`HOST:PORT`, `[IPV6]:PORT`, `:PORT` or `PORT`. Where others could reach it, only as the
        address itself: a name may lead anywhere.

        Raises:
            KestrelError: KS0930.
        """
        host, _, port = given.rpartition(":")
        if not port.isascii() or not port.isdigit() or int(port) > 65535:
            raise _bad(given, "its port is no number up to 65535")
        bare = host.removeprefix("[").removesuffix("]") if host.startswith("[") else host
        if bare == host and ":" in host:
            raise _bad(given, "an IPv6 address stands in brackets")
        return cls(_address(given, bare or "127.0.0.1"), int(port))

    @property
    def is_loopback(self) -> bool:
        return ipaddress.ip_address(self.host).is_loopback

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class Server(ThreadingMixIn, HTTPServer):
    """Listens from the moment that it is made."""

    daemon_threads = False  # `server_close` waits for answers that are under way
    request_queue_size = CONNECTIONS
    allow_reuse_address = True

    def __init__(self, address: Address, metrics: Metrics) -> None:
        """Raises KestrelError: KS0931, the address is taken, or not this host's."""
        self.metrics = metrics
        self._free = threading.BoundedSemaphore(CONNECTIONS)
        self._stopped = threading.Event()
        if ":" in address.host:
            self.address_family = socket.AF_INET6
        try:
            super().__init__((address.host, address.port), _Handler)
        except OSError as error:
            why = error.strerror or str(error)
            raise KestrelError([Diagnostic.make("KS0931", address=address, why=why)]) from None
        self.url = f"http://{Address(address.host, self.server_port)}{PATH}"

    def server_bind(self) -> None:
        """Without the look-up of this host's name, which may wait for a network."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "kestrel", self.socket.getsockname()[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        if self._free.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Whoever dribbles, or does not read, is cut off when the time is over."""
        cut = threading.Timer(SECONDS, _cut, (request,))
        cut.daemon = True
        cut.start()
        try:
            super().process_request_thread(request, client_address)
        finally:
            cut.cancel()
            self._free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no news; anything else is a bug, told in one line."""
        error = sys.exception()
        if error is not None and not isinstance(error, OSError):
            said = harmless(f"{type(error).__name__}: {error}")
            sys.stderr.write(f"kestrel: this is a bug in Kestrel ({said})\n")

    def heed_signals(self) -> None:
        """From now on SIGTERM and SIGINT end `run`, also before it has begun."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stopped.set())

    def run(self) -> int:
        """Serve until a signal comes; the answers that are under way are finished."""
        thread = threading.Thread(target=self.serve_forever, args=(0.1,), name="kestrel-metrics")
        thread.start()
        try:
            self._stopped.wait()
        finally:
            self.stop(thread)
        return 0

    def stop(self, thread: threading.Thread) -> None:
        self.shutdown()
        thread.join()
        self.server_close()
        self.metrics.close()


class _Handler(BaseHTTPRequestHandler):
    server: Server
    timeout = SECONDS

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path == PATH:
            self._metrics()
        elif path == "/":
            self._answer(200, f"metrics are at {PATH}\n".encode())
        else:
            self._answer(404, f"there is nothing here; metrics are at {PATH}\n".encode())

    def do_HEAD(self) -> None:
        self.do_GET()

    def _metrics(self) -> None:
        try:
            body, kind = self.server.metrics.text(self.headers.get("Accept", ""))
        except KestrelError as error:
            self._answer(503, render_all(error.diagnostics).encode())
        else:
            self._answer(200, body, kind)

    def _refuse(self) -> None:
        self._answer(405, b"only GET and HEAD\n", allow="GET, HEAD")

    def do_POST(self) -> None:
        self._refuse()

    def do_PUT(self) -> None:
        self._refuse()

    def do_DELETE(self) -> None:
        self._refuse()

    def version_string(self) -> str:
        return "kestrel"

    def _answer(
        self, status: int, body: bytes, kind: str = "text/plain; charset=utf-8", allow: str = ""
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if allow:
            self.send_header("Allow", allow)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Prometheus asks every few seconds: nothing is said."""


def _cut(request: socket.socket) -> None:
    try:
        request.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it is over already


def _address(given: str, host: str) -> str:
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise _bad(given, f"there is no host `{host}`") from None
    address = str(found[0][4][0])
    if not ipaddress.ip_address(address.partition("%")[0]).is_loopback:
        raise _bad(given, f"`{host}` is open to other hosts; if that is meant, write {address}")
    return address


def _bad(given: str, why: str) -> KestrelError:
    return KestrelError([Diagnostic.make("KS0930", given=given, why=why)])
