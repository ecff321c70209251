"""Reading an attribute of a config, as programs do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks import work
from benchmarks.measure import Result, seconds

COUNT = 1000


@dataclass(slots=True)
class Slots:
    port: int


def attribute() -> Iterator[Result]:
    config = work.schema().decode(work.as_json(work.document(1_000)))
    view, plain = config.listeners["listener-000007"], Slots(1031)
    assert view.port == plain.port

    def reading(item: object) -> float:
        def read() -> None:
            for _ in range(COUNT):
                item.port  # type: ignore[attr-defined]  # noqa: B018

        return seconds(read)

    def fresh() -> None:
        for _ in range(COUNT):
            config.listeners["listener-000007"].port  # noqa: B018

    baseline = reading(plain)
    yield Result(
        f"attribute read, warm view, {COUNT} times",
        reading(view),
        "slots dataclass",
        baseline,
        2,
        "at most",
    )
    yield Result(
        f"attribute read, fresh view, {COUNT} times",
        seconds(fresh),
        "slots dataclass",
        baseline,
        None,
        "at most",
    )
