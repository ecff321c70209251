"""JSON Pointers (RFC 6901)."""

from __future__ import annotations


def step(name: str) -> str:
    """The part of a pointer that leads to the member `name`."""
    return "/" + name.replace("~", "~0").replace("/", "~1")
