"""A program that serves a config, run by tests as a process: `program.py STATE MODE [LAST]`.

It says `up` once it follows the state, then answers lines on standard input; see `answer`.
"""

from __future__ import annotations

import sys
import time
from typing import Any

import kestrel
from kestrel.runtime.runtime import Runtime

said: list[str] = []


class Part:
    """What the hook returns; says its moments."""

    def __init__(self, mode: str) -> None:
        self.mode = mode

    def commit(self) -> None:
        said.append("commit")
        if self.mode == "fail":
            raise OSError("no such port")

    def finalize(self) -> None:
        said.append("finalize")

    def abort(self) -> None:
        said.append("abort")


def follow(rt: Runtime, mode: str) -> None:
    @rt.on_reload("/n")
    def changed(change: dict[str, Any], new: Any) -> Part:
        if mode == "refuse" and new["n"] % 2 == 0:
            raise kestrel.Refuse(f"{new['n']} is even")
        if mode == "slow":
            time.sleep(60)
        said.append("prepare")
        return Part(mode)

    if mode == "well":
        rt.health(timeout=60)(lambda: time.sleep(60))


def answer(rt: Runtime, question: str) -> str:
    """`n`: the number served; `said`: the moments of the hooks so far; `unprepared`: swaps."""
    if question == "said":
        return " ".join(said)
    if question == "unprepared":
        return str(rt._replica.unprepared)
    with rt.read() as config:
        return str(config["n"])


def read_on(rt: Runtime, last: int) -> None:
    """Read without pause until `last` is seen; say how many configs were torn or went back."""
    torn = back = seen = 0
    while seen < last:
        with rt.read() as config:
            number, text = config["n"], config["text"]
        torn += text != str(number)
        back += number < seen
        seen = number
    print(f"torn {torn}, back {back}, unprepared {rt._replica.unprepared}", flush=True)


def stamp(rt: Runtime, last: int, pause: float) -> None:
    """Say when each number was first served, in nanoseconds of CLOCK_MONOTONIC. With a pause the
    process is idle in between, and what is timed is when the snapshot is in place."""
    seen, stamps = 1, []
    while seen < last:
        if pause:
            number = rt._replica.current[1]["n"]
            time.sleep(pause)
        else:
            with rt.read() as config:
                number = config["n"]
        now = time.monotonic_ns()
        stamps.extend([now] * (number - seen))
        seen = number
    print(*stamps, flush=True)


def main() -> None:
    path, mode, *more = sys.argv[1:]
    with Runtime.open(path) as rt:
        follow(rt, mode)
        print("up", flush=True)
        if mode == "tight":
            read_on(rt, int(more[0]))
        if mode.startswith("stamp"):
            stamp(rt, int(more[0]), 0.001 if mode == "stamp-idle" else 0)
        for line in sys.stdin:
            print(answer(rt, line.strip()), flush=True)


if __name__ == "__main__":
    main()
