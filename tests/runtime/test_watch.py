"""Watching a file: however it is written, what it says is applied once, whole, and not again after
it was rolled back."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kestrel.runtime import audit, generations
from kestrel.runtime.runtime import Runtime
from kestrel.runtime.statefile import StateFile
from kestrel.runtime.watch import Seen
from kestrel.runtime.watched import folders, is_being_written, read
from kestrel.runtime.watching import Watching
from tests.runtime.fake_clock import FakeClock
from tests.runtime.programs import config, step
from tests.runtime.test_runtime import served, until
from tests.runtime.test_statefile import code


def text(number: int) -> str:
    return config(number).to_json().decode()


def replace(path: Path, content: str) -> None:
    """As editors save: a new file takes the place of the old."""
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text(content)
    draft.rename(path)


class Watched:
    """A runtime that follows `config.json`; what it was told of that."""

    def __init__(self, rt: Runtime, path: Path) -> None:
        self.rt, self.path = rt, path
        self.said: list[Seen] = []
        self.watching: Watching | None = None

    def start(self, path: object = None, **options: object) -> Watching:
        wanted = str(path or self.path)
        self.watching = self.rt.watch(wanted, tell=self.said.append, **options)  # type: ignore[arg-type]
        return self.watching

    @property
    def how(self) -> list[str]:
        return [seen.how for seen in self.said]

    def becomes(self, number: int) -> None:
        until(lambda: served(self.rt) == number)

    def looked(self) -> None:
        """All that the file says by now was considered."""
        assert self.watching is not None
        assert self.watching.refresh()


@pytest.fixture
def file(rt: Runtime, folder: Path) -> Iterator[Watched]:
    watched = Watched(rt, folder / "config.json")
    yield watched
    if watched.watching:
        watched.watching.close()


def test_what_stands_there_at_first(file: Watched) -> None:
    file.path.write_text(text(2))
    file.start()
    file.becomes(2)
    until(lambda: file.how == ["applied"])
    assert file.said[0].result is not None
    assert file.said[0].result.generation == 2


def test_nothing_to_change(file: Watched) -> None:
    file.path.write_text(text(1))
    file.start()
    file.looked()
    assert file.how == ["unchanged"]
    assert generations.head(file.rt._state).number == 1


def test_saved_as_editors_do(file: Watched) -> None:
    file.path.write_text(text(1))
    file.start()
    for number in (2, 3):
        replace(file.path, text(number))
        file.becomes(number)


def test_written_in_place(file: Watched) -> None:
    file.path.write_text(text(1))
    file.start()
    file.path.write_text(text(2))
    file.becomes(2)


def test_a_file_that_comes_later_and_goes(file: Watched) -> None:
    file.start()
    until(lambda: file.how == ["invalid"])
    assert [d.code for d in file.said[0].diagnostics] == ["KS0801"]
    file.path.write_text(text(2))
    file.becomes(2)
    file.path.unlink()
    until(lambda: file.how[-1] == "invalid")
    assert served(file.rt) == 2
    replace(file.path, text(3))
    file.becomes(3)


def test_a_folder_that_comes_later(file: Watched, folder: Path) -> None:
    file.path = folder / "deep" / "er" / "config.json"
    file.start()
    until(lambda: file.how == ["invalid"])
    file.path.parent.mkdir(parents=True)
    file.path.write_text(text(2))
    file.becomes(2)


def test_half_of_it(file: Watched) -> None:
    """It is read once it is whole; if that takes long, somebody hears of it."""
    whole = text(2)
    file.path.write_text(whole[:20])
    file.start()
    until(lambda: file.how == ["invalid"])
    file.path.write_text(whole)
    until(lambda: file.how == ["invalid", "applied"])
    assert served(file.rt) == 2
    assert generations.head(file.rt._state).number == 2


@pytest.mark.skipif("not __import__('sys').platform.startswith('linux')")
def test_open_for_writing(file: Watched) -> None:
    """What is valid already may still be half of what is meant."""
    file.path.write_text(text(1))
    file.start()
    file.looked()
    with file.path.open("w") as writer:
        writer.write(json.dumps({"n": 2, "text": "2"}))
        writer.flush()
        assert is_being_written((str(file.path),))
        until(lambda: file.how[-1] == "written")
        assert [d.code for d in file.said[-1].diagnostics] == ["KS0751"]
        assert served(file.rt) == 1
        writer.seek(0)
        writer.write(text(3))
    assert not is_being_written((str(file.path),))
    file.becomes(3)


def test_what_was_rolled_back_is_not_applied_again(file: Watched) -> None:
    file.path.write_text(text(2))
    file.start()
    file.becomes(2)
    file.rt.rollback()
    for _ in range(2):
        file.looked()
        replace(file.path, text(2))
    file.looked()
    assert file.how == ["applied", "undone"]
    assert served(file.rt) == 1
    replace(file.path, text(3))
    file.becomes(3)
    replace(file.path, text(2))
    until(lambda: file.how[-1] == "undone")


def test_nor_by_a_program_that_starts_later(file: Watched, path: Path) -> None:
    file.rt.reload(step(1, 2))
    file.rt.rollback()
    file.path.write_text(text(2))
    file.start()
    until(lambda: file.how == ["undone"])
    assert [d.code for d in file.said[0].diagnostics] == ["KS0752"]
    file.rt.reload(step(1, 2), again=True)
    file.looked()
    assert file.how == ["undone", "unchanged"]


def test_content_that_stands_is_not_taken_for_undone(file: Watched) -> None:
    """Gone back to by a rollback: then it is what runs on the way here."""
    file.rt.reload(step(1, 2))
    file.rt.rollback()
    file.rt.reload(step(1, 3))
    file.path.write_text(text(1))
    file.start()
    file.becomes(1)


def test_what_is_invalid_is_said_once(file: Watched) -> None:
    file.path.write_text('{"n": "one", "text": "1"}')
    file.start()
    until(lambda: file.how == ["invalid"])
    file.looked()
    assert file.how == ["invalid"]
    assert served(file.rt) == 1


def test_who_refuses_is_not_asked_again(file: Watched) -> None:
    asked: list[int] = []

    @file.rt.on_reload("/n")
    def never(change: dict[str, object], new: dict[str, int]) -> None:
        asked.append(new["n"])
        if new["n"] == 2:
            raise ValueError("not two")

    file.path.write_text(text(2))
    file.start()
    until(lambda: file.how == ["rejected"])
    replace(file.path, text(2))
    file.looked()
    assert asked == [2]
    replace(file.path, text(3))
    file.becomes(3)


def test_a_probe_that_fails(file: Watched) -> None:
    file.rt.health()(lambda: served(file.rt) != 2)
    file.path.write_text(text(2))
    file.start()
    until(lambda: file.how == ["rolled_back"])
    file.looked()
    assert generations.head(file.rt._state).number == 3


def test_while_a_change_waits_the_file_waits(file: Watched) -> None:
    file.rt.reload(step(1, 2), confirm_within=600)
    events = len(audit.tail(file.rt._state, 100))
    file.path.write_text(text(3))
    file.start()
    until(lambda: file.how == ["busy"])
    assert [d.code for d in file.said[0].diagnostics] == ["KS0740"]
    assert len(audit.tail(file.rt._state, 100)) == events
    file.rt.confirm()
    file.becomes(3)


def test_a_file_may_wait_to_be_confirmed(made: Path, folder: Path) -> None:
    clock = FakeClock()
    with Runtime(StateFile(made, clock=clock), None) as rt:
        file = Watched(rt, folder / "config.json")
        file.path.write_text(text(2))
        file.start(confirm_within=60)
        file.becomes(2)
        until(lambda: file.how == ["pending"])
        clock.pass_(60)
        file.becomes(1)
        file.looked()
        assert file.how == ["pending", "undone"]


def test_the_end_of_a_runtime_ends_its_watches(rt: Runtime, folder: Path) -> None:
    watching = rt.watch(folder / "config.json")
    rt.close()
    assert not watching._thread.is_alive()


def test_a_reader_cannot_watch(made: Path, folder: Path) -> None:
    with Runtime.open(made, read_only=True) as rt:
        assert code(lambda: rt.watch(folder / "config.json")) == "KS0729"


def test_a_callback_that_fails_stops_nothing(file: Watched) -> None:
    def tell(seen: Seen) -> None:
        raise ValueError("no ear")

    file.path.write_text(text(2))
    with file.rt.watch(file.path, tell=tell):
        file.becomes(2)
        replace(file.path, text(3))
        file.becomes(3)


# ---- Kubernetes volumes


@contextmanager
def volume(folder: Path, files: dict[str, str]) -> Iterator[Path]:
    """A folder as the kubelet makes it: names that lead through `..data` into a dated folder."""
    mount = folder / "mount"
    mount.mkdir()
    swap(mount, files)
    for name in files:
        (mount / name).symlink_to(f"..data/{name}")
    yield mount


def swap(mount: Path, files: dict[str, str]) -> None:
    """Another version of all files, at one instant; the old folder goes."""
    old = mount / "..data"
    before = old.resolve() if old.exists() else None
    fresh = mount / f"..2027_{len(list(mount.glob('..2027_*'))) + 1:02}"
    while fresh.exists():
        fresh = fresh.with_name(f"{fresh.name}x")
    fresh.mkdir()
    for name, content in files.items():
        (fresh / name).write_text(content)
    (mount / "..data_tmp").symlink_to(fresh.name)
    os.rename(mount / "..data_tmp", old)
    if before is not None:
        for name in files:
            (before / name).unlink()
        before.rmdir()


def test_a_volume_that_is_swapped(file: Watched, folder: Path) -> None:
    with volume(folder, {"config.json": text(2), "other": "x"}) as mount:
        file.start(mount / "config.json")
        file.becomes(2)
        for number in (3, 4):
            swap(mount, {"config.json": text(number), "other": "x"})
            file.becomes(number)
    assert set(file.how) == {"applied"}


def test_what_it_uses_is_watched_too(rt: Runtime, folder: Path) -> None:
    (folder / "main.ks").write_text(USES)
    (folder / "parts.ks").write_text(PARTS.format(2))
    before = read(str(folder / "main.ks"), None)
    assert before.snapshot is not None, before.diagnostics
    assert str(folder / "parts.ks") in before.files


PARTS = """\
module parts
schema Counter {{ n: u32; text: String }}
config first: Counter = {{ n: {0}, text: "{0}" }}
"""
USES = """\
module main
use parts.{Counter, first}
config all: Counter = first with { text: "main" }
"""


def test_a_module_that_it_uses_changes(folder: Path) -> None:
    (folder / "main.ks").write_text(USES)
    (folder / "parts.ks").write_text(PARTS.format(1))
    first = read(str(folder / "main.ks"), None).snapshot
    with Runtime.open(folder / "a.state", initial=first) as rt, rt.watch(folder / "main.ks"):
        replace(folder / "parts.ks", PARTS.format(2))
        until(lambda: served(rt) == 2)


def test_all_of_a_volume_comes_from_one_folder(folder: Path) -> None:
    both = {"main.ks": USES, "parts.ks": PARTS.format(1)}
    with volume(folder, both) as mount:
        first = read(str(mount / "main.ks"), None)
        assert len({os.path.dirname(f) for f in first.files if "..2027" in f}) == 1
        state = folder / "a.state"
        with Runtime.open(state, initial=first.snapshot) as rt, rt.watch(mount / "main.ks"):
            swap(mount, both | {"parts.ks": PARTS.format(2)})
            until(lambda: served(rt) == 2)


def test_which_folders_are_watched(folder: Path) -> None:
    with volume(folder, {"config.json": "1"}) as mount:
        found = folders((str(mount / "config.json"),))
        assert set(found) == {str(mount), os.path.realpath(mount / "..data")}
    (folder / "loop").symlink_to("loop")
    assert folders((str(folder / "loop"),)) == (str(folder),)
    assert folders((str(folder / "gone" / "x"),)) == (str(folder),)
