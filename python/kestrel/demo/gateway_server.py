"""The program of the demo: an HTTP gateway that serves its live config, and moves ports unharmed.

    python -m kestrel.demo.gateway_server STATE GATEWAY.ks MORNING.ks

It ends when its standard input is closed, so it never outlives who started it.
"""

from __future__ import annotations

import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any

import kestrel


class Answer(BaseHTTPRequestHandler):
    """Answers one request out of one snapshot: text, status and generation always match."""

    server: Listener

    def do_GET(self) -> None:
        with self.server.runtime.read() as config:
            routes = config.routes.values()
            route = next((route for route in routes if route.path == self.path), None)
            status, text = (route.status, route.text) if route else (404, "no such route")
            generation = self.server.runtime.state.generation
        body = f"{text}\n".encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Generation", str(generation))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing: the demo does the talking."""


class Listener(ThreadingHTTPServer):
    """One bound port; connections wait in its queue from the moment that it is made."""

    daemon_threads = True

    def __init__(self, runtime: kestrel.Runtime, host: str, port: int) -> None:
        self.runtime = runtime
        super().__init__((host, port), Answer)

    def server_bind(self) -> None:
        """Without the look-up of this host's name, which may wait for a network."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "gateway", self.socket.getsockname()[1]

    def start(self) -> None:
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        self.shutdown()
        self.server_close()


class Gateway:
    """The listener in service."""

    def __init__(self, runtime: kestrel.Runtime) -> None:
        self.runtime = runtime
        with runtime.read() as config:
            self.listener = Listener(runtime, config.host, config.port)
        self.listener.start()

    def move(self, change: Any, new: kestrel.Snapshot) -> Move:
        """Prepare: bind the new port now. If that fails, the whole change is refused."""
        try:
            return Move(self, Listener(self.runtime, new.host, new.port), new.drain.seconds)
        except OSError as error:
            why = f"cannot listen on port {new.port}: {error.strerror}"
            raise kestrel.Refuse(why) from error


class Move:
    """A change of port, prepared: what a reload does with it at its later moments."""

    def __init__(self, gateway: Gateway, listener: Listener, drain: float) -> None:
        self.gateway, self.listener, self.drain = gateway, listener, drain
        self.old = gateway.listener

    def commit(self) -> None:
        self.listener.start()
        self.gateway.listener = self.listener

    def finalize(self) -> None:
        """Let requests that are on their way to the old port be answered, then close it."""
        threading.Thread(target=self._close_old, daemon=True).start()

    def abort(self) -> None:
        self.listener.server_close()

    def _close_old(self) -> None:
        time.sleep(self.drain)
        self.old.stop()


def main(state: str, schema_file: str, config_file: str) -> None:
    schema = kestrel.load(schema_file).schema("Gateway")
    first = schema.load(config_file)
    with kestrel.Runtime.open(state, schema=schema, initial=first) as runtime:
        gateway = Gateway(runtime)
        runtime.on_reload("/port")(gateway.move)
        print("ready", flush=True)
        sys.stdin.read()
        gateway.listener.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
