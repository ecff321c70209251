"""Checklists: each item with its evidence, and each seen to fail."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import apsw
import pytest

from kestrel.checklists import metrics as metrics_list
from kestrel.checklists import release as release_list
from kestrel.checklists import rollback as rollback_list
from kestrel.checklists.items import Item
from kestrel.checklists.objectives import Objective, percentile
from kestrel.cli.serving import Address, Server
from kestrel.runtime import intents
from kestrel.runtime.errors import StateError
from kestrel.runtime.intents import Intent
from kestrel.runtime.metrics.exporter import Metrics
from kestrel.runtime.runtime import Runtime
from kestrel.runtime.statefile import StateFile
from kestrel.text.diagnostic import KestrelError
from tests.cli.conftest import GATEWAY, Shop
from tests.errors.lab import Lab
from tests.runtime.programs import Programs, config, step


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A closed state with one change."""
    tmp_path.chmod(0o700)
    path = tmp_path / "runtime.state"
    with Runtime.open(path, initial=config(1)) as rt:
        rt.reload(step(1, 2))
    return path


def held(items: Iterator[Item]) -> dict[str, bool]:
    return {item.name: item.holds for item in items}


def evidence(items: Iterator[Item], name: str) -> str:
    return next(item.evidence for item in items if item.name == name)


def change(path: Path, sql: str) -> None:
    connection = apsw.Connection(str(path))
    connection.execute("PRAGMA foreign_keys = off")
    connection.execute(sql)
    connection.close()


# ---- rollback


def test_a_rollback_is_rehearsed_and_leaves_nothing_behind(path: Path) -> None:
    before = sorted(path.parent.iterdir())
    items = list(rollback_list.check(str(path)))
    assert all(item.holds for item in items), items
    assert len(items) == 8
    assert "generation 3 in" in evidence(iter(items), rollback_list.APPLIED)
    with Runtime.open(path) as rt:
        assert rt.state.generation == 2
    assert set(before) <= set(path.parent.iterdir())


def test_a_rollback_while_programs_run(path: Path, tmp_path: Path) -> None:
    """They are not asked, and do not see it."""
    programs = Programs(path)
    try:
        program = programs.start("refuse")
        assert all(held(rollback_list.check(str(path))).values())
        assert program.process.poll() is None
    finally:
        programs.kill_all()


def test_a_rollback_of_a_rollback_is_rehearsed_too(path: Path) -> None:
    with Runtime.open(path) as rt:
        rt.rollback()
    items = list(rollback_list.check(str(path)))
    assert all(item.holds for item in items), items
    assert "back to generation 2" in evidence(iter(items), rollback_list.GOAL)


def test_nothing_to_take_back(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    with Runtime.open(tmp_path / "s", initial=config(1)):
        pass
    found = held(rollback_list.check(str(tmp_path / "s")))
    assert found == dict.fromkeys(found, False) | {rollback_list.LOG: True}


@pytest.mark.parametrize(
    ("sql", "missed"),
    [
        (
            "UPDATE events SET status = 'x' WHERE seq = 2",
            {rollback_list.LOG, rollback_list.RECORDED},
        ),
        ("DELETE FROM rollback_info", {rollback_list.SAVED}),
        ("UPDATE rollback_info SET inverse = x'00'", {rollback_list.SAVED}),
        (
            'UPDATE documents SET body = CAST(\'{"n":7,"text":"7","rest":[]}\' AS BLOB)',
            {rollback_list.APPLIED, rollback_list.CONTENT, rollback_list.RECORDED},
        ),
        (
            "DELETE FROM schemas",
            {rollback_list.APPLIED, rollback_list.CONTENT, rollback_list.RECORDED},
        ),
    ],
)
def test_what_stands_in_the_way_of_a_rollback(path: Path, sql: str, missed: set[str]) -> None:
    change(path, sql)
    found = held(rollback_list.check(str(path)))
    assert {name for name, holds in found.items() if not holds} == missed


def test_a_disk_without_room_for_the_copy(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise StateError.make("KS0708", path=path, why="database or disk is full")

    monkeypatch.setattr("kestrel.runtime.copies.copy", full)
    found = list(rollback_list.check(str(path)))
    assert "disk is full" in evidence(iter(found), rollback_list.COPY)
    assert len({item.name for item in found}) == len(found) == 8


# ---- metrics


@pytest.fixture
def url(path: Path) -> Iterator[str]:
    server = Server(Address("127.0.0.1", 0), Metrics(path))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server.url
    server.stop(thread)


def test_metrics_are_reachable_whole_and_ours(path: Path, url: str) -> None:
    objectives = [Objective.parse("latency_ms=60000"), Objective.parse("error_rate=0")]
    items = list(metrics_list.check(str(path), url, objectives))
    assert all(item.holds for item in items), items
    assert [item.of for item in items] == [url] * 3 + [str(path)] * 2


def test_objectives_that_are_missed(path: Path, url: str) -> None:
    slos = ["latency_ms=0", "throughput_per_min=1000", "replica_drift=0"]
    items = list(metrics_list.check(str(path), url, [Objective.parse(slo) for slo in slos]))
    assert [item.holds for item in items[3:]] == [False, False, True]


def test_metrics_of_another_state(path: Path, url: str) -> None:
    other = path.with_name("other.state")
    with Runtime.open(other, initial=config(7)):
        pass
    found = held(metrics_list.check(str(other), url, []))
    assert found == {metrics_list.REACHABLE: True, metrics_list.WHOLE: True} | {
        metrics_list.OWN: False
    }


def test_nobody_is_there(path: Path) -> None:
    server = Server(Address("127.0.0.1", 0), Metrics(path))
    server.server_close()
    found = held(metrics_list.check(str(path), server.url, []))
    assert not any(found.values())


def test_somebody_else_is_there(path: Path, url: str) -> None:
    found = list(metrics_list.check(str(path), url.replace("/metrics", "/"), []))
    assert not any(item.holds for item in found)
    found = list(metrics_list.check(str(path), url.replace("/metrics", "/nothing"), []))
    assert "404" in found[0].evidence


@pytest.mark.parametrize(
    "given", ["", "latency_ms", "latency_ms=", "latency_ms=x", "latency_ms=nan", "x=1", "=1"]
)
def test_what_is_no_objective(given: str) -> None:
    with pytest.raises(KestrelError, match="KS0933"):
        Objective.parse(given)


@pytest.mark.parametrize(
    "given", ["", "x", "file:///etc/passwd", "ftp://h/x", "http://", "http://h:x/", "http://a b/"]
)
def test_what_is_no_place_of_metrics(given: str) -> None:
    with pytest.raises(KestrelError, match="KS0934"):
        metrics_list.check_url(given)


def test_a_percentile_is_one_of_the_values() -> None:
    assert percentile((), 99) is None
    assert percentile((5.0,), 99) == 5.0
    assert percentile(tuple(map(float, range(1, 101))), 99) == 99.0
    assert percentile(tuple(map(float, range(1, 51))), 99) == 50.0


# ---- release


@pytest.mark.parametrize(
    ("sql", "missed"),
    [
        ("UPDATE events SET status = 'x' WHERE seq = 2", release_list.LOG),
        ("INSERT INTO checkpoints VALUES(1, zeroblob(32), x'00')", release_list.ATTESTED),
        ("UPDATE documents SET body = x'00'", release_list.VALID),
    ],
)
def test_a_state_that_is_not_fit(path: Path, sql: str, missed: str) -> None:
    assert all(held(release_list.check([str(path)], [], None, "backward")).values())
    change(path, sql)
    assert not held(release_list.check([str(path)], [], None, "backward"))[missed]


def test_a_state_that_is_not_at_rest(path: Path) -> None:
    state = StateFile(path)
    row = state.one("SELECT schema, document FROM generations WHERE number = 1")
    assert row is not None
    with state.writing():
        intents.open_(state, Intent("i", "a", 2, *row, b"[]", b"[]", 0, 10.0), "somebody")
    state.close()
    found = list(release_list.check([str(path)], [], None, "backward"))
    assert "change a by somebody" in evidence(iter(found), release_list.AT_REST)


@pytest.mark.parametrize(
    ("column", "value"), [("generation", 1), ("restart_pending", 1), ("degraded", "'why'")]
)
def test_a_program_that_is_not_there_yet(path: Path, column: str, value: object) -> None:
    with Runtime.open(path) as rt:
        with rt._state.writing():
            rt._state.run(f"UPDATE replicas SET {column} = {value}")
        found = held(release_list.check([str(path)], [], None, "backward"))
        assert not found[release_list.CONVERGED]


EDITS: dict[str, tuple[Callable[[str], str], set[str]]] = {
    "nothing": (lambda text: text, set()),
    "a field with a default": (lambda t: t.replace("text: S", "more: u8 = 1\n  text: S"), set()),
    "an error": (
        lambda t: t.replace("port: 8080", "port: 80"),
        {release_list.CLEAN},
    ),
    "a stricter rule": (
        lambda t: t.replace("it >= 1024", "it >= 2048"),
        {release_list.CHANGED, release_list.READABLE},
    ),
    "a schema that is gone": (
        lambda t: t.replace("Gateway", "Portal"),
        {release_list.CHANGED},
    ),
}


@pytest.mark.parametrize("edit", EDITS)
def test_sources_against_the_last_release(tmp_path: Path, edit: str) -> None:
    lab = Lab(tmp_path)
    lab.write("gateway.ks", GATEWAY)
    lab.repository()
    lab.must("init", "runtime.state", "--config", "gateway.ks#one")
    change_, missed = EDITS[edit]
    lab.write("gateway.ks", change_(GATEWAY))
    words = ("--source", "gateway.ks", "--since", "git:HEAD", "--format", "json")
    ran = lab.run("check", "release", "runtime.state", *words)
    items = ran.json["result"]["items"]
    assert {item["name"] for item in items if not item["holds"]} == missed
    assert ran.code == bool(missed)


def test_a_source_that_is_new(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    lab.repository()
    lab.write("new.ks", "schema New { a: u8 }\n")
    ran = lab.run("check", "release", "--source", "new.ks", "--since", "git:HEAD")
    assert (ran.code, "new since HEAD" in ran.out) == (0, True)
    ran = lab.run("check", "release", "--source", "new.ks", "--since", "git:nothing")
    assert (ran.code, "KS0909" in ran.out) == (1, True)


# ---- the command


def test_the_forms(shop: Shop) -> None:
    state = shop.init()
    shop.must("reload", state, "gateway.ks#two")
    text = shop.must("check", "rollback", state)
    assert text.out.startswith(f"rollback: {state}\n  ok  the audit log verifies: 3 events")
    assert text.out.endswith("all 8 hold\n")
    said: dict[str, Any] = json.loads(shop.must("check", "rollback", state, "--format", "json").out)
    assert (said["result"]["status"], len(said["result"]["items"])) == ("ok", 8)
    marked = shop.must("check", "rollback", state, "--format", "markdown").out
    assert marked.count("- [x] ") == 8


def test_several_states_and_one_that_fails(shop: Shop) -> None:
    state = shop.init()
    shop.must("reload", state, "gateway.ks#two")
    shop.must("init", "new.state", "--config", "gateway.ks#one")
    ran = shop.run("check", "rollback", state, "new.state")
    assert (ran.code, "NO  there is a change that can be taken back: KS0718" in ran.out) == (
        1,
        True,
    )
    assert shop.run("check", "rollback", state, "gone.state").code == 4


def test_wrong_command_lines(shop: Shop) -> None:
    state = shop.init()
    for words in (
        ("rollback",),
        ("metrics", state, state),
        ("metrics", state, "--url", "http://a/", "--url", "http://b/"),
        ("release",),
        ("release", state, "--since", "git:HEAD"),
        ("nonsense", state),
    ):
        assert shop.run("check", *words).code == 64, words
    assert shop.run("check", "release", "--source", "gateway.ks", "--since", "v1").code == 4
    assert shop.run("check", "rollback", KESTREL_STATE="gone.state").code == 4
