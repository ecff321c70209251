"""Backups, restored copies, what `state gc` lets go, and older formats."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import apsw
import pytest

from kestrel.runtime import audit, generations, report, tables
from kestrel.runtime.approvals import approve, is_approved
from kestrel.runtime.backup import back_up
from kestrel.runtime.collect import collect
from kestrel.runtime.create import init
from kestrel.runtime.restore import restore
from kestrel.runtime.runtime import Runtime
from kestrel.runtime.statefile import StateFile
from kestrel.runtime.tables import FORMAT
from kestrel.runtime.upgrade import upgrade
from kestrel.runtime.verify import verify
from tests.runtime.faulty import NAME, Disk
from tests.runtime.older import as_format_1, shape
from tests.runtime.programs import Programs, config, step
from tests.runtime.test_statefile import code


def grow(rt: Runtime, last: int) -> None:
    for number in range(rt.state.generation, last):
        rt.reload(step(number, number + 1))


# ---- backup


def test_a_backup_while_programs_write(rt: Runtime, path: Path, programs: Programs) -> None:
    coordinator = programs.coordinate_on()
    for number in range(5):
        coordinator.line()
        made = back_up(path, path.with_name(f"backup{number}"))
        state = StateFile(made.path, "read")
        found = verify(state)
        assert (found.ok, found.seq, found.hash) == (True, made.seq, made.hash)
        assert report.show(state).config["n"] == generations.head(state).number
        state.close()
    coordinator.kill()


def test_a_backup_is_a_copy_wherever_it_lies(rt: Runtime, path: Path, folder: Path) -> None:
    grow(rt, 3)
    back_up(path, folder / "b.state")
    rt.close()
    for name in os.listdir(folder):
        if name.startswith("runtime.state") and (folder / name).is_file():
            (folder / name).unlink()
    (folder / "b.state").rename(path)
    assert code(lambda: StateFile(path)) == "KS0707"
    restore(path)
    with Runtime.open(path) as again:
        assert again.state.snapshot["n"] == 3


def test_a_backup_never_replaces(rt: Runtime, path: Path, folder: Path) -> None:
    (folder / "b.state").write_text("mine")
    assert code(lambda: back_up(path, folder / "b.state")) == "KS0705"
    assert (folder / "b.state").read_text() == "mine"
    assert code(lambda: back_up(path, folder / "gone" / "b.state")) == "KS0708"


def test_a_broken_log_is_not_backed_up(made: Path, folder: Path) -> None:
    connection = apsw.Connection(str(made))
    connection.execute("UPDATE events SET ts = ts + 1")
    connection.close()
    assert code(lambda: back_up(made, folder / "b.state")) == "KS0722"
    assert not list(folder.glob("*b.state*"))


def test_a_backup_holds_no_program(rt: Runtime, path: Path, folder: Path) -> None:
    back_up(path, folder / "b.state")
    state = StateFile(folder / "b.state", "read")
    assert state.one("SELECT count(*) FROM replicas") == (0,)


# ---- restore


def test_restored_from_a_backup(rt: Runtime, path: Path, folder: Path) -> None:
    grow(rt, 3)
    back_up(path, folder / "b.state")
    assert restore(folder / "new.state", folder / "b.state") == 2
    with Runtime.open(folder / "new.state") as copy:
        assert copy.reload(step(3, 4)).generation == 4
        assert report.status(copy._state).epoch == 2
        assert verify(copy._state).ok
    assert code(lambda: restore(folder / "new.state", folder / "b.state")) == "KS0705"
    assert code(lambda: restore(path)) == "KS0746"


def test_each_restore_is_a_later_epoch(made: Path, folder: Path) -> None:
    restore(folder / "b", made)
    assert restore(folder / "c", folder / "b") == 3


def test_a_copy_whose_log_was_edited_is_not_restored(made: Path, folder: Path) -> None:
    shutil.copy(made, folder / "copy")
    connection = apsw.Connection(str(folder / "copy"))
    connection.execute("UPDATE events SET status = 'else'")
    connection.close()
    assert code(lambda: restore(folder / "copy")) == "KS0722"
    assert code(lambda: StateFile(folder / "copy")) == "KS0707"


def test_an_approval_is_not_spent_twice_by_a_copy(made: Path, folder: Path) -> None:
    state = StateFile(made)
    approve(state, step(1, 2))
    restore(folder / "copy", made)
    assert is_approved(state, step(1, 2))
    assert not is_approved(StateFile(folder / "copy"), step(1, 2))


# ---- gc


def test_what_is_let_go(rt: Runtime) -> None:
    grow(rt, 50)
    state = rt._state
    done = collect(state, 3)
    assert (done.kept_from, done.documents) == (48, 47)
    assert verify(state).ok
    assert state.one("SELECT count(*) FROM documents") == (3,)
    for number in (48, 49, 50):
        assert report.show(state, number).config["n"] == number
    assert code(lambda: report.show(state, 47)) == "KS0743"
    assert len(report.history(state, 100)) == 50
    (event,) = audit.tail(state, 1)
    assert event.fields["event"] == "kestrel.gc"


def test_rollback_after_gc(rt: Runtime) -> None:
    grow(rt, 5)
    collect(rt._state, 2)
    assert rt.rollback().snapshot["n"] == 4
    assert code(rt.rollback) == "KS0743"
    assert code(lambda: rt.rollback(to=2)) == "KS0743"
    assert rt.reload(step(4, 6)).generation == 7


def test_gc_keeps_what_a_kept_generation_shares(rt: Runtime) -> None:
    grow(rt, 3)
    rt.rollback(to=1)
    collect(rt._state, 1)
    assert report.show(rt._state).config["n"] == 1
    assert report.show(rt._state, 1).config["n"] == 1


def test_gc_again_and_less(rt: Runtime) -> None:
    grow(rt, 6)
    collect(rt._state, 2)
    assert collect(rt._state, 5).kept_from == 5
    assert collect(rt._state, 1).kept_from == 6
    assert verify(rt._state).ok


def test_gc_keeps_what_a_window_goes_back_to(rt: Runtime) -> None:
    grow(rt, 4)
    rt.reload(step(4, 5), confirm_within=600)
    assert collect(rt._state, 1).kept_from == 4
    assert rt.abort().snapshot["n"] == 4


def test_gc_while_programs_run(rt: Runtime, programs: Programs, path: Path) -> None:
    server, coordinator = programs.start("serve"), programs.coordinate_on()
    for _ in range(3):
        coordinator.line()
        state = StateFile(path)
        try:
            collect(state, 2)
        finally:
            state.close()
    coordinator.kill()
    assert verify(rt._state).ok
    assert int(server.ask("n")) >= 1


def test_the_file_gets_smaller(rt: Runtime) -> None:
    grow(rt, 40)
    done = collect(rt._state, 1)
    assert done.after <= done.before


def test_gc_on_a_disk_that_is_full(path: Path) -> None:
    disk = Disk()
    try:
        init(path, config(1))
        with Runtime(StateFile(path, vfs=NAME), None) as rt:
            grow(rt, 4)
            disk.faults.write = apsw.FullError
            assert code(lambda: collect(rt._state, 1)) == "KS0708"
            disk.faults.clear()
            assert report.show(rt._state, 1).config["n"] == 1
            assert verify(rt._state).ok
    finally:
        disk.unregister()


# ---- upgrade


def test_an_older_format_is_upgraded(rt: Runtime, path: Path, folder: Path) -> None:
    grow(rt, 3)
    rt.close()
    as_format_1(path)
    assert code(lambda: StateFile(path)) == "KS0744"
    assert code(lambda: StateFile(path, "read")) == "KS0744"
    assert upgrade(path) == 1
    assert upgrade(path) == FORMAT
    init(folder / "fresh", config(1))
    assert shape(path) == shape(folder / "fresh")
    with Runtime.open(path) as again:
        assert again.reload(step(3, 4)).generation == 4
        assert verify(again._state).ok
    events = [event.fields["event"] for event in audit.events(StateFile(path, "read"))]
    assert events.count("kestrel.upgrade") == 1


def test_an_upgrade_waits_for_no_program(rt: Runtime, path: Path, programs: Programs) -> None:
    grow(rt, 2)
    rt.close()
    server = programs.start("serve")
    as_older = apsw.Connection(str(path))
    as_older.pragma("user_version", 1)
    as_older.close()
    assert code(lambda: upgrade(path)) == "KS0745"
    server.kill()


def test_an_upgrade_that_fails_changes_nothing(
    made: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    as_format_1(made)
    before = shape(made)
    fails = "ALTER TABLE replicas ADD COLUMN document TEXT; DROP TABLE nothing;"
    monkeypatch.setitem(tables.UPGRADES, 1, fails)
    assert code(lambda: upgrade(made)) == "KS0724"
    assert shape(made) == before
    assert code(lambda: StateFile(made)) == "KS0744"


def test_a_restored_copy_of_an_older_format(made: Path, folder: Path) -> None:
    as_format_1(made)
    shutil.copy(made, folder / "copy")
    assert code(lambda: upgrade(folder / "copy")) == "KS0707"
    assert restore(folder / "copy") == 2
    assert verify(StateFile(folder / "copy")).ok


def test_a_newer_format_is_not_touched(made: Path) -> None:
    connection = apsw.Connection(str(made))
    connection.pragma("user_version", FORMAT + 1)
    connection.close()
    assert code(lambda: upgrade(made)) == "KS0703"
    assert code(lambda: restore(made)) == "KS0703"
