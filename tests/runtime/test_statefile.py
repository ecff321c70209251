"""The state file: where it may lie, that it is made whole, and what each opener may do."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import traceback
from collections.abc import Callable
from itertools import takewhile
from pathlib import Path

import apsw
import pytest

from kestrel.runtime import report, statefile
from kestrel.runtime.create import create, init
from kestrel.runtime.errors import StateError
from kestrel.runtime.reload import ReloadError
from kestrel.runtime.restore import restore
from kestrel.runtime.runtime import Runtime
from kestrel.runtime.statefile import StateFile
from kestrel.runtime.tables import FORMAT
from kestrel.runtime.verify import verify
from tests.runtime.programs import config, step


def code(action: Callable[[], object]) -> str:
    with pytest.raises(StateError) as caught:
        action()
    return caught.value.diagnostics[0].code


def test_nothing_is_there(path: Path) -> None:
    assert code(lambda: StateFile(path)) == "KS0701"


def test_what_is_no_regular_file(folder: Path, made: Path) -> None:
    os.mkfifo(folder / "fifo")
    (folder / "link").symlink_to(made)
    for name in ("fifo", "link", "."):
        assert code(lambda name=name: StateFile(folder / name)) == "KS0704"
    assert code(lambda: StateFile("/dev/null")) == "KS0704"


def test_a_second_hard_link(folder: Path, made: Path) -> None:
    os.link(made, folder / "other")
    assert code(lambda: StateFile(made)) == "KS0704"


def test_a_directory_open_to_all(folder: Path, made: Path) -> None:
    folder.chmod(0o777)
    assert code(lambda: StateFile(made)) == "KS0704"
    assert code(lambda: init(folder / "new.state", config(1))) == "KS0704"


def test_other_files(folder: Path) -> None:
    (folder / "empty").touch()
    (folder / "text").write_text("no database\n" * 100)
    apsw.Connection(str(folder / "foreign")).execute("CREATE TABLE t(x); INSERT INTO t VALUES(1)")
    for name in ("empty", "text", "foreign"):
        assert code(lambda name=name: StateFile(folder / name)) == "KS0702"


def test_a_newer_format(made: Path) -> None:
    connection = apsw.Connection(str(made))
    connection.pragma("user_version", FORMAT + 1)
    connection.close()
    assert code(lambda: StateFile(made)) == "KS0703"
    assert code(lambda: StateFile(made, "read")) == "KS0703"


def test_a_state_is_not_replaced(made: Path) -> None:
    before = made.stat()
    assert code(lambda: init(made, config(2))) == "KS0705"
    assert made.stat() == before


def test_a_state_is_made_whole_or_not_at_all(folder: Path, path: Path) -> None:
    def fails(state: StateFile) -> None:
        raise ValueError("in the middle")

    with pytest.raises(ValueError, match="in the middle"):
        create(path, fails)
    assert list(folder.iterdir()) == []


def test_a_creator_that_died_before_it_dropped_the_draft(folder: Path, made: Path) -> None:
    os.link(made, folder / ".runtime.state.0a1b2c3d4e5f.new")
    StateFile(made).close()
    assert made.stat().st_nlink == 1


def test_programs_that_start_at_once_share_one_state(path: Path) -> None:
    opened: list[Runtime] = []

    def start(number: int) -> None:
        opened.append(Runtime.open(path, initial=config(number)))

    threads = [threading.Thread(target=start, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(opened) == 6
    assert len({rt.state.snapshot.digest for rt in opened}) == 1
    for rt in opened:
        rt.close()


def test_only_the_owner_may_read_it(made: Path) -> None:
    assert made.stat().st_mode & 0o777 == 0o600


def test_every_pragma_is_set(made: Path) -> None:
    state = StateFile(made)
    for name, _, answer in statefile.PRAGMAS:
        assert state.connection.pragma(name) == answer


def test_a_file_system_that_cannot_do_it(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statefile, "PRAGMAS", (("journal_mode", "wal", "else"),))
    assert code(lambda: StateFile(made)) == "KS0708"


def test_a_transaction_is_all_or_nothing(made: Path) -> None:
    state = StateFile(made)

    def stops() -> None:
        with state.writing():
            state.run("DELETE FROM generations")
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        stops()
    assert state.one("SELECT count(*) FROM generations") == (1,)
    assert not state.connection.in_transaction


def test_an_observer_writes_nothing(made: Path) -> None:
    observer = StateFile(made, "read")

    def write() -> None:
        with observer.writing():
            pass

    assert code(write) == "KS0729"
    with pytest.raises(apsw.ReadOnlyError):
        observer.run("DELETE FROM events")


def test_a_file_moved_away_takes_no_more_writes(folder: Path, rt: Runtime, path: Path) -> None:
    path.rename(folder / "elsewhere")
    with pytest.raises(ReloadError) as caught:
        rt.reload(step(1, 2))
    assert [d.code for d in caught.value.diagnostics] == ["KS0706"]
    with rt.read() as served:
        assert served["n"] == 1
    (folder / "elsewhere").rename(path)
    assert rt.reload(step(1, 2)).generation == 2


def test_a_file_put_over_a_live_state(folder: Path, rt: Runtime, path: Path) -> None:
    init(folder / "other", config(5))
    (folder / "other").rename(path)
    with pytest.raises(ReloadError, match="KS0706"):
        rt.reload(step(1, 2))


def test_a_copy_can_be_read_and_not_changed(folder: Path, rt: Runtime, path: Path) -> None:
    rt.reload(step(1, 2))
    rt.close()
    copy = folder / "copy.state"
    shutil.copy(path, copy)
    assert code(lambda: StateFile(copy)) == "KS0707"
    with Runtime.open(copy, read_only=True) as watched, watched.read() as served:
        assert served["n"] == 2


def test_a_restored_copy_begins_an_epoch(folder: Path, made: Path) -> None:
    copy = folder / "copy.state"
    shutil.copy(made, copy)
    restore(copy)
    with Runtime.open(copy) as rt:
        assert rt.reload(step(1, 2)).generation == 2
        assert report.status(rt._state).epoch == 2
        assert verify(rt._state).ok


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_a_directory_that_may_not_be_written(folder: Path, made: Path) -> None:
    for part in folder.glob("runtime.state*"):
        part.chmod(0o644)
    folder.chmod(0o555)
    for parent in takewhile(Path(tempfile.gettempdir()).__ne__, folder.parents):
        parent.chmod(parent.stat().st_mode | 0o055)
    reader = os.fork()
    if reader == 0:
        try:
            os.setuid(65534)
            assert verify(StateFile(made, "read")).ok
            os._exit(0)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(reader, 0)[1]) == 0


def test_a_document_that_was_changed(made: Path) -> None:
    connection = apsw.Connection(str(made))
    connection.execute("UPDATE documents SET body = CAST(replace(body, '1', '2') AS BLOB)")
    connection.close()
    assert code(lambda: Runtime.open(made)) == "KS0724"
    assert code(lambda: report.show(StateFile(made, "read"))) == "KS0724"


def test_a_table_that_is_missing(made: Path) -> None:
    connection = apsw.Connection(str(made))
    connection.execute("DROP TABLE rollback_info; DROP TABLE generations")
    connection.close()
    assert code(lambda: Runtime.open(made)) == "KS0724"


def test_a_page_that_was_overwritten(made: Path) -> None:
    with made.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (made.stat().st_size - 4096))
    assert code(lambda: Runtime.open(made)) == "KS0724"


def test_another_program_holds_the_lock(made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statefile, "BUSY_MS", 20)
    with Runtime.open(made) as rt:
        other = apsw.Connection(str(made))
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(ReloadError, match="KS0727"):
            rt.reload(step(1, 2))
        other.execute("ROLLBACK")
        assert rt.reload(step(1, 2)).generation == 2
