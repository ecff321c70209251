"""What `Runtime.read` gives."""

from __future__ import annotations

from typing import Any

from kestrel import _core


class Reading:
    """`with rt.read() as config:` one consistent snapshot, for as long as it is held."""

    __slots__ = ("_snapshot",)

    def __init__(self, snapshot: _core.Snapshot) -> None:
        self._snapshot = snapshot

    def __enter__(self) -> Any:
        return self._snapshot

    def __exit__(self, *_: object) -> None:
        return None
