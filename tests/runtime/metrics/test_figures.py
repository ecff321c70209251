"""Metrics are what the events say, however they are read."""

from __future__ import annotations

import fcntl
import io
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as parse_openmetrics,
)
from prometheus_client.parser import text_string_to_metric_families

from kestrel.runtime import audit
from kestrel.runtime.errors import StateError
from kestrel.runtime.metrics.exporter import Metrics
from kestrel.runtime.metrics.figures import BUCKETS_MS, Reader
from kestrel.runtime.reload import ReloadError
from kestrel.runtime.runtime import Runtime
from kestrel.runtime.statefile import StateFile
from tests.runtime.programs import Programs, config, step

NAMES = {
    "kestrel_reload_latency_ms",
    "kestrel_reload",
    "kestrel_error_rate",
    "kestrel_throughput_per_min",
    "kestrel_generation",
    "kestrel_config_hash",
    "kestrel_last_reload_success_timestamp_seconds",
    "kestrel_audit_seq",
    "kestrel_replica_drift",
    "kestrel_pending_confirm_seconds",
}
"""Families; samples are named as runtime.md has them: `_total`, `_info`, `_bucket`."""


@pytest.fixture
def metrics(rt: Runtime) -> Iterator[Metrics]:
    made = rt.metrics()
    yield made
    made.close()


def samples(metrics: Metrics) -> dict[str, float]:
    """Each sample by its name and labels, out of the Prometheus text."""
    text = metrics.text()[0].decode()
    found = {}
    for family in text_string_to_metric_families(text):
        for one in family.samples:
            labels = ",".join(f"{k}={v}" for k, v in sorted(one.labels.items()))
            found[f"{one.name}{{{labels}}}" if labels else one.name] = one.value
    return found


def test_every_metric_is_there_before_any_reload(metrics: Metrics) -> None:
    found = samples(metrics)
    assert {name.partition("{")[0] for name in found} >= {
        *(f"kestrel_reload_latency_ms_{part}" for part in ("bucket", "count", "sum")),
        *(NAMES - {"kestrel_reload_latency_ms", "kestrel_reload", "kestrel_config_hash"}),
        "kestrel_reload_total",
        "kestrel_config_hash_info",
    }
    assert found["kestrel_reload_total{status=applied}"] == 0
    assert found["kestrel_reload_latency_ms_count"] == 0
    assert (found["kestrel_generation"], found["kestrel_audit_seq"]) == (1, 1)
    assert found["kestrel_last_reload_success_timestamp_seconds"] > 0


def test_reloads_are_counted_by_how_they_ended(rt: Runtime, metrics: Metrics) -> None:
    rt.reload(step(1, 2))
    for _ in range(3):
        with pytest.raises(ReloadError):
            rt.reload(step(7, 8))
    found = samples(metrics)
    assert found["kestrel_reload_total{status=applied}"] == 1
    assert found["kestrel_reload_total{status=stale}"] == 3
    assert found["kestrel_reload_latency_ms_count"] == 1
    (last,) = audit.tail(rt._state, 1)
    assert found["kestrel_error_rate"] == last.fields["error_rate"] == 0.75
    assert found["kestrel_throughput_per_min"] == last.fields["throughput_per_min"] == 0.8
    assert found["kestrel_audit_seq"] == last.seq


def test_the_histogram_is_made_of_the_latencies_of_the_events(rt: Runtime) -> None:
    for number in range(1, 8):
        rt.reload(step(number, number + 1))
    taken = [e.fields["latency_ms"] for e in audit.events(rt._state, 2) if "latency_ms" in e.fields]
    figures = rt.metrics().figures()
    assert figures.latencies == tuple(taken)
    assert figures.latency_sum == pytest.approx(sum(taken), abs=0.01)
    for bound, count in zip(BUCKETS_MS, running(figures.latency_counts), strict=False):
        assert count == sum(ms <= bound for ms in taken)


def running(counts: tuple[int, ...]) -> list[int]:
    return [sum(counts[: at + 1]) for at in range(len(counts))]


def test_reading_bit_by_bit_is_reading_at_once(rt: Runtime, metrics: Metrics) -> None:
    for number in range(1, 6):
        rt.reload(step(number, number + 1))
        bit_by_bit = metrics.figures()
    at_once = Reader(StateFile(rt._state.path, "read")).read()
    assert bit_by_bit == at_once


def test_throughput_fades(rt: Runtime) -> None:
    rt.reload(step(1, 2))
    (last,) = audit.tail(rt._state, 1)
    row = rt._state.one("SELECT ts FROM events WHERE seq = ?", last.seq)
    assert row is not None
    then = row[0] / 1e6
    reader = Reader(rt._state)
    assert [reader.read(then + after).throughput for after in (1, 299, 301)] == [0.2, 0.2, 0.0]


def test_the_last_success_is_no_failure(rt: Runtime, metrics: Metrics) -> None:
    rt.reload(step(1, 2))
    before = metrics.figures()
    with pytest.raises(ReloadError):
        rt.reload(step(7, 8))
    after = metrics.figures()
    assert (after.last_success, after.generation) == (before.last_success, 2)
    assert after.document == step(1, 2).target.document


def test_a_change_that_waits_to_be_confirmed(rt: Runtime) -> None:
    """Counted from the first change of its window, until it is confirmed or undone."""
    state = rt._state
    target = {"generation": 2, "schema": "s", "document": "d"}
    waits = {"audit_id": None, "target": target, "confirm": {"window": "w", "until": "later"}}

    def happen(event: str, status: str, fields: dict[str, object]) -> float:
        with state.writing():
            audit.append(state, event, status, fields)
        row = state.one("SELECT ts FROM events ORDER BY seq DESC LIMIT 1")
        assert row is not None
        return float(row[0]) / 1e6

    armed = happen("kestrel.reload", "applied", waits)
    reader = Reader(state)
    assert reader.read(armed + 7).pending == pytest.approx(7)
    happen("kestrel.reload", "applied", waits)
    assert reader.read(armed + 9).pending == pytest.approx(9)
    happen("kestrel.confirm", "confirmed", {"audit_id": None})
    assert reader.read(armed + 9).pending == 0
    armed = happen("kestrel.reload", "applied", waits)
    assert reader.read(armed + 1).pending == pytest.approx(1)
    happen("kestrel.rollback", "applied", {"audit_id": None, "target": target})
    assert reader.read(armed + 1).pending == 0


def test_drift_is_of_programs_that_live(rt: Runtime, metrics: Metrics, programs: Programs) -> None:
    program = programs.start("serve")
    rt.reload(step(1, 2), wait=10)
    assert metrics.figures().drift == 0
    with rt._state.writing():
        rt._state.run("UPDATE replicas SET generation = 1 WHERE id <> ?", rt._replica.id)
    assert metrics.figures().drift == 1
    program.kill()
    assert metrics.figures().drift == 0


def test_both_texts_are_parsed_and_say_the_same(rt: Runtime, metrics: Metrics) -> None:
    rt.reload(step(1, 2))
    plain, kind = metrics.text()
    assert kind.startswith("text/plain; version=0.0.4")
    om, kind = metrics.text("application/openmetrics-text; version=1.0.0")
    assert kind.startswith("application/openmetrics-text; version=1.0.0")
    found = list(parse_openmetrics(om.decode()))
    assert {family.name for family in found} == NAMES
    values = {(s.name, *sorted(s.labels.items())): s.value for f in found for s in f.samples}
    for family in text_string_to_metric_families(plain.decode()):
        for one in family.samples:
            assert values[(one.name, *sorted(one.labels.items()))] == one.value


def test_a_program_registers_it_with_its_own(rt: Runtime, metrics: Metrics) -> None:
    registry = CollectorRegistry()
    registry.register(metrics)
    rt.reload(step(1, 2))
    assert b"kestrel_generation 2.0" in generate_latest(registry)
    with pytest.raises(ValueError, match="Duplicated timeseries"):
        registry.register(rt.metrics())


def test_a_log_that_is_another_is_counted_anew(rt: Runtime, metrics: Metrics) -> None:
    for number in range(1, 4):
        rt.reload(step(number, number + 1))
    assert metrics.figures().totals["applied"] == 3
    with rt._state.writing():
        rt._state.run("DELETE FROM events WHERE seq > 3")
    assert metrics.figures().totals["applied"] == 1


def test_a_damaged_event_is_told_and_not_a_traceback(rt: Runtime, metrics: Metrics) -> None:
    rt.reload(step(1, 2))
    with rt._state.writing():
        rt._state.run("UPDATE events SET body = x'00' WHERE seq = 3")
    with pytest.raises(StateError, match=r"KS0724.*event 3 cannot be read"):
        metrics.figures()
    with pytest.raises(StateError, match="KS0701"):
        Metrics("none.state")


def test_it_recovers_when_the_state_is_back(path: Path) -> None:
    with Runtime.open(path, initial=config(1)):
        pass
    metrics = Metrics(path)
    away = path.with_name("away.state")
    path.rename(away)
    for code in ("KS0706", "KS0701"):
        with pytest.raises(StateError, match=code):
            metrics.figures()
    away.rename(path)
    assert metrics.figures().generation == 1


def test_a_forked_child_reads_with_its_own_connection(rt: Runtime, metrics: Metrics) -> None:
    child = os.fork()
    if not child:
        os._exit(0 if metrics.figures().generation == 1 else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert metrics.figures().generation == 1


def test_events_go_to_a_file_once_and_in_order(rt: Runtime, folder: Path) -> None:
    file = folder / "events.jsonl"
    sink = rt.audit_to(file)
    rt.reload(step(1, 2))
    sink.drain()
    sink.close()
    rt.reload(step(2, 3))
    again = rt.audit_to(file)
    again.close()
    lines = file.read_text().splitlines()
    assert lines == [event.line for event in audit.events(rt._state)]


@pytest.mark.parametrize("cut", [1, 7, 400])
def test_a_torn_line_is_written_again(rt: Runtime, folder: Path, cut: int) -> None:
    file = folder / "events.jsonl"
    rt.reload(step(1, 2))
    rt.audit_to(file).close()
    whole = file.read_bytes()
    file.write_bytes(whole[:-cut])
    rt.audit_to(file).close()
    assert file.read_bytes() == whole


def test_one_of_several_processes_writes(rt: Runtime, folder: Path) -> None:
    file = folder / "events.jsonl"
    first, second = rt.audit_to(file), rt.audit_to(file)
    assert (first.written, second.written) == (1, None)
    rt.reload(step(1, 2))
    first.close()
    second.drain()
    assert second.written == 3
    assert [json.loads(line)["seq"] for line in file.read_text().splitlines()] == [1, 2, 3]


@pytest.mark.parametrize("content", ["hello\n", "{}\n", '{"seq": 1, "hash": "00"}\n', "[1]\n"])
def test_a_file_that_holds_something_else(rt: Runtime, folder: Path, content: str) -> None:
    file = folder / "events.jsonl"
    file.write_text(content)
    with pytest.raises(StateError, match="KS0780"):
        rt.audit_to(file)
    assert file.read_text() == content


def test_a_file_that_cannot_be_written(rt: Runtime, folder: Path) -> None:
    for bad in (folder, folder / "none" / "x"):
        with pytest.raises(StateError, match="KS0780"):
            rt.audit_to(bad)


def test_events_go_to_a_stream_from_now_on(rt: Runtime) -> None:
    stream = io.StringIO()
    rt.reload(step(1, 2))
    sink = rt.audit_to(stream)
    rt.reload(step(2, 3))
    sink.close()
    assert [json.loads(line)["seq"] for line in stream.getvalue().splitlines()] == [4, 5]


def test_a_closed_stream_is_a_problem_and_no_crash(rt: Runtime) -> None:
    stream = io.StringIO()
    sink = rt.audit_to(stream)
    stream.close()
    rt.reload(step(1, 2))
    with pytest.raises(StateError, match="KS0780"):
        sink.drain()


def test_the_sink_of_a_program_ends_with_it(path: Path, folder: Path) -> None:
    """Everything is in the file when the runtime is closed, and nothing keeps it open."""
    file = folder / "events.jsonl"
    with Runtime.open(path, initial=config(1)) as rt:
        rt.audit_to(file)
        rt.reload(step(1, 2))
    assert len(file.read_text().splitlines()) == 3
    with file.open() as opened:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_forked_child_leaves_the_sink_to_its_parent(rt: Runtime, folder: Path) -> None:
    file = folder / "events.jsonl"
    sink = rt.audit_to(file)
    child = os.fork()
    if not child:
        sink.close()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    rt.reload(step(1, 2))
    sink.close()
    assert len(file.read_text().splitlines()) == 3
