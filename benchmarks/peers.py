"""Peers that a few lines make; the others are libraries (extra `bench`)."""

from __future__ import annotations

from typing import Any


def dict_walk(old: Any, new: Any, path: str = "", found: list[Any] | None = None) -> list[Any]:
    """The plainest comparison of two documents: walk both, note what differs."""
    found = [] if found is None else found
    if isinstance(old, dict) and isinstance(new, dict):
        for key, value in old.items():
            if key not in new:
                found.append(("remove", f"{path}/{key}"))
            elif value != new[key]:
                dict_walk(value, new[key], f"{path}/{key}", found)
        found += [("add", f"{path}/{key}", new[key]) for key in new if key not in old]
    elif old != new:
        found.append(("replace", path, new))
    return found
