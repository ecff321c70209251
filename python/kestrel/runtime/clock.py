"""Time, as far as a state asks for it. What is promised over a restart needs three answers: which
boot this is, how long it lasts (sleep counted), and what the calendar says; none suffices alone."""

from __future__ import annotations

import ctypes
import sys
import time
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import msgspec

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
"""random(4), section "Files and interfaces": another value after each boot."""


class Moment(msgspec.Struct, frozen=True):
    """One look at all the clocks. `boot` is empty where the system does not tell boots apart;
    `uptime` in nanoseconds since some moment of this boot; `wall` in microseconds since 1970."""

    boot: str
    uptime: int
    wall: int

    @property
    def date(self) -> datetime:
        return datetime.fromtimestamp(self.wall / 1e6, UTC)


class Clock(Protocol):
    """What a state file asks for the time."""

    def now(self) -> Moment: ...


class SystemClock:
    """The clocks of this machine."""

    def now(self) -> Moment:
        return Moment(boot_id(), _uptime(), time.time_ns() // 1000)


SYSTEM = SystemClock()


@lru_cache(maxsize=1)
def boot_id() -> str:
    """The kernel's name for this boot; empty where there is none to be had."""
    if sys.platform == "darwin":
        return _session_of_darwin()
    try:
        return BOOT_ID.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _uptime() -> int:
    """CLOCK_BOOTTIME goes on while the machine sleeps; on macOS CLOCK_MONOTONIC does."""
    return time.clock_gettime_ns(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def _session_of_darwin() -> str:
    """sysctl(3), `kern.bootsessionuuid`."""
    text, size = ctypes.create_string_buffer(64), ctypes.c_size_t(64)
    found = ctypes.CDLL(None).sysctlbyname(
        b"kern.bootsessionuuid", text, ctypes.byref(size), None, ctypes.c_size_t(0)
    )
    return text.value.decode() if found == 0 else ""
