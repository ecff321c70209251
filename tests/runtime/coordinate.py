"""A process that reloads: `coordinate.py STATE OLD NEW` once, `coordinate.py STATE` until it is
killed, each time to the next number. It prints the status and the event id of each reload."""

from __future__ import annotations

import sys

from kestrel.runtime import report
from kestrel.runtime.coordinator import Request, reload
from kestrel.runtime.statefile import StateFile
from tests.runtime.programs import step


def once(state: StateFile, old: int, new: int) -> None:
    result = reload(state, Request(plan=step(old, new), again=True, prepare=5.0))
    print(result.status, result.event_id, flush=True)


def main() -> None:
    path, *numbers = sys.argv[1:]
    state = StateFile(path)
    if numbers:
        once(state, *map(int, numbers))
        return
    while True:
        head = report.show(state).config["n"]
        once(state, head, head + 1)


if __name__ == "__main__":
    main()
