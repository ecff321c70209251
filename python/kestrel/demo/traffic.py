"""Clients of the gateway: one request after another, wherever the live config says it listens."""

from __future__ import annotations

import http.client
import threading
from collections import Counter

import kestrel


class Traffic:
    """Requests in a thread of its own until `stop`; counts what was answered, and every failure."""

    def __init__(self, runtime: kestrel.Runtime, path: str = "/hello") -> None:
        self.runtime = runtime
        self.path = path
        self.answers: Counter[str] = Counter()
        self.failures: list[str] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    @property
    def total(self) -> int:
        return self.answers.total() + len(self.failures)

    def wait_for(self, text: str, seconds: float = 5.0) -> bool:
        """Wait until some request is answered with `text`; False if none was in time."""
        before, pause = self.answers[text], threading.Event()
        for _ in range(int(seconds / 0.02)):
            if self.answers[text] > before:
                return True
            pause.wait(0.02)
        return False

    def _run(self) -> None:
        while not self._stop.wait(0.002):
            try:
                self.answers[self.ask()] += 1
            except (OSError, http.client.HTTPException) as error:
                self.failures.append(f"{type(error).__name__}: {error}")

    def ask(self) -> str:
        """One request on a connection of its own; the text of the answer.

        Raises:
            OSError: nobody answered.
        """
        with self.runtime.read() as config:
            host, port = config.host, config.port
        connection = http.client.HTTPConnection(host, port, timeout=5)
        try:
            connection.request("GET", self.path)
            answer = connection.getresponse()
            text = answer.read().decode().strip()
        finally:
            connection.close()
        if answer.status != 200:
            raise http.client.HTTPException(f"status {answer.status} {text}")
        return text
