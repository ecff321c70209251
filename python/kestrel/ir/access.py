"""What software may do to a bit field, and what that does, in the terms of SystemRDL 2.0."""

from __future__ import annotations

from typing import Literal

import msgspec

Sw = Literal["r", "w", "rw", "rw1", "w1", "na"]
"""Read, written, both; `1`: written once after reset. SystemRDL 2.0, table 12 (`sw`)."""
OnRead = Literal["rclr", "rset", "ruser"]
"""What a read does to the bits. SystemRDL 2.0, table 13."""
OnWrite = Literal["woset", "woclr", "wot", "wzs", "wzc", "wzt", "wclr", "wset", "wuser"]
"""What a write does, other than to store. SystemRDL 2.0, table 14."""


class Access(msgspec.Struct, frozen=True, omit_defaults=True):
    """The product of the three properties."""

    sw: Sw = "rw"
    onread: OnRead | None = None
    onwrite: OnWrite | None = None

    @property
    def readable(self) -> bool:
        return self.sw in ("r", "rw", "rw1")

    @property
    def writable(self) -> bool:
        return self.sw in ("w", "rw", "rw1", "w1")


SHORT: dict[str, Access] = {
    "r": Access("r"),
    "w": Access("w"),
    "rw": Access("rw"),
    "once": Access("rw1"),
    "w1c": Access("rw", None, "woclr"),
    "w1s": Access("rw", None, "woset"),
    "w1t": Access("rw", None, "wot"),
    "w0c": Access("rw", None, "wzc"),
    "w0s": Access("rw", None, "wzs"),
    "w0t": Access("rw", None, "wzt"),
    "rc": Access("r", "rclr"),
    "rs": Access("r", "rset"),
    "wc": Access("rw", None, "wclr"),
    "ws": Access("rw", None, "wset"),
}
"""The short names of `.kreg`."""

PROPERTIES: dict[str, tuple[str, ...] | type[int] | None] = {
    "hw": ("r", "w", "rw", "na"),
    "precedence": ("sw", "hw"),
    "hwset": ("yes",),
    "hwclr": ("yes",),
    "swwe": ("yes",),
    "swwel": ("yes",),
    "counter": ("up", "down", "updown"),
    "incrsaturate": int,
    "decrsaturate": int,
    "resetsignal": None,
    "endian": ("little", "big"),
}
"""What else SystemRDL 2.0 says of a field (or register) that software sees: the words that it may
be, a number, or any name."""
