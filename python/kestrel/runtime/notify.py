"""systemd's notifications (sd_notify(3); systemd.service(5), `Type=notify-reload`): a program says
that it is ready, that it reloads, and that it is ready again."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from kestrel.runtime.errors import StateError


class Notifier:
    """Datagrams to the socket that `NOTIFY_SOCKET` of `environment` names; nothing where there is
    none."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Raises StateError (KS0753) where the variable names no socket that could be."""
        self._address = _address(environment.get("NOTIFY_SOCKET", ""))
        self._lock = threading.Lock()
        self._reloading = 0

    @property
    def listens(self) -> bool:
        """Does a service manager want to know?"""
        return self._address is not None

    def ready(self, status: str) -> None:
        self._send(f"READY=1\nSTATUS={status}")

    def stopping(self) -> None:
        self._send("STOPPING=1")

    @contextmanager
    def reloading(self, status: Callable[[], str]) -> Iterator[None]:
        """RELOADING=1 with the time of now, and READY=1 with the status at the end; once, however
        they nest."""
        with self._lock:
            self._reloading += 1
            if self._reloading == 1:
                # systemd compares this with when it asked, on the same clock.
                self._send(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")
        try:
            yield
        finally:
            with self._lock:
                self._reloading -= 1
                if self._reloading == 0:
                    self.ready(status())

    def _send(self, text: str) -> None:
        """A service manager that is not there, or does not keep up, stops no program."""
        if self._address is None:
            return
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
            sender.setblocking(False)
            try:
                sender.sendto(text.encode("utf-8", "backslashreplace"), self._address)
            except OSError:
                return


def _address(text: str) -> str | None:
    """A path, or with `@` a name in the abstract namespace (unix(7))."""
    if not text:
        return None
    if text[0] not in "/@" or len(text) < 2:
        raise StateError.make("KS0753", value=text)
    return f"\0{text[1:]}" if text[0] == "@" else text
