"""Hooks: which changes they are asked about, and their four moments."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

import kestrel
from kestrel.runtime.errors import StateError
from kestrel.runtime.hooks import parse_pattern, touches
from kestrel.runtime.reload import ReloadError
from kestrel.runtime.runtime import Runtime
from tests.runtime.programs import step


@pytest.mark.parametrize(
    ("pattern", "path", "does"),
    [
        ("/listeners/*/port", "/listeners/edge/port", True),
        ("/listeners/*/port", "/listeners/edge", True),
        ("/listeners/*/port", "/listeners", True),
        ("/listeners/*/port", "", True),
        ("/listeners/*", "/listeners/edge/port", True),
        ("/listeners/*/port", "/listeners/edge/host", False),
        ("/listeners/*/port", "/name", False),
        ("", "/anything", True),
        ("/a~1b/~0", "/a~1b/~0", True),
        ("/a*", "/ab", False),
    ],
)
def test_what_a_pattern_touches(pattern: str, path: str, does: bool) -> None:
    assert touches(parse_pattern(pattern), parse_pattern(path)) is does


@pytest.mark.parametrize("pattern", ["listeners", "*", "$.listeners"])
def test_what_is_no_pattern(rt: Runtime, pattern: str) -> None:
    with pytest.raises(StateError, match="KS0731"):
        rt.on_reload(pattern)


class Part:
    """Notes its moments; fails at those it is told to."""

    def __init__(self, name: str, said: list[str], fails: str = "") -> None:
        self.name = name
        self.said = said
        self.fails = fails

    def commit(self) -> None:
        self.note("commit")

    def finalize(self) -> None:
        self.note("finalize")

    def abort(self) -> None:
        self.note("abort")

    def note(self, moment: str) -> None:
        self.said.append(f"{self.name} {moment}")
        if self.fails == moment:
            raise OSError("no more")


@pytest.fixture
def said() -> list[str]:
    return []


def test_the_moments_of_a_change(rt: Runtime, said: list[str]) -> None:
    @rt.on_reload("/n")
    def changed(change: dict[str, Any], new: Any) -> Part:
        said.append(f"{change['op']} {change['path']} {new['n']}")
        with rt.read() as before:
            assert before["n"] == 1
        return Part("n", said)

    rt.on_reload("/rest")(lambda change, new: said.append("never"))
    rt.reload(step(1, 2))
    assert said == ["replace /n 2", "n commit", "n finalize"]


def test_a_hook_may_return_nothing(rt: Runtime, said: list[str]) -> None:
    rt.on_reload("/n")(lambda change, new: said.append("asked"))
    assert rt.reload(step(1, 2)).generation == 2
    assert said == ["asked"]


@pytest.mark.parametrize("error", [kestrel.Refuse("the port is taken"), ValueError("a bug")])
def test_a_refusal_changes_nothing(rt: Runtime, said: list[str], error: Exception) -> None:
    rt.on_reload("/n")(lambda change, new: Part("first", said))

    @rt.on_reload("/text")
    def refuses(change: dict[str, Any], new: Any) -> None:
        raise error

    with pytest.raises(ReloadError, match="KS0713") as caught:
        rt.reload(step(1, 2))
    assert str(error) in str(caught.value)
    assert "refuses" in str(caught.value)
    assert said == ["first abort"]
    assert rt.state.generation == 1


def test_what_fails_at_commit_is_said(rt: Runtime, said: list[str]) -> None:
    broken = Part("n", said, fails="commit")
    rt.on_reload("/n")(lambda change, new: broken)
    rt.on_reload("/text")(lambda change, new: Part("text", said))
    result = rt.reload(step(1, 2)).result
    assert result is not None
    assert (result.status, result.generation) == ("applied", 2)
    assert [d.code for d in result.diagnostics] == ["KS0726"]
    assert "text commit" in said
    broken.fails = ""
    result = rt.reload(step(2, 3)).result
    assert result is not None
    assert result.diagnostics == ()


def test_a_reload_inside_a_hook_is_an_error(rt: Runtime) -> None:
    rt.on_reload("/n")(lambda change, new: rt.reload(step(2, 3)))
    with pytest.raises(ReloadError, match="KS0721"):
        rt.reload(step(1, 2))
    assert rt.state.generation == 1


def test_a_reload_on_an_event_loop_is_an_error(rt: Runtime) -> None:
    async def main() -> int:
        with pytest.raises(StateError, match="KS0721"):
            rt.reload(step(1, 2))
        state = await rt.areload(step(1, 2))
        return state.generation

    assert asyncio.run(main()) == 2
