"""Confirmed commits: a change that nobody confirms is taken back, whatever clocks, boots and
processes do meanwhile; and no change is both confirmed and taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

import kestrel
from kestrel.runtime import audit, confirm, generations, report, windows
from kestrel.runtime.coordinator import reload
from kestrel.runtime.errors import StateError
from kestrel.runtime.reload import ReloadError
from kestrel.runtime.request import Request
from kestrel.runtime.runtime import Runtime
from kestrel.runtime.statefile import StateFile
from kestrel.runtime.verify import verify
from kestrel.runtime.windows import Window
from tests.runtime.fake_clock import FakeClock
from tests.runtime.faulty import NAME, Disk, Faults
from tests.runtime.programs import step
from tests.runtime.stress import races
from tests.runtime.test_runtime import served, until
from tests.runtime.test_statefile import code


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def state(made: Path, clock: FakeClock) -> StateFile:
    """What `config(1)` made, and nobody has open."""
    return StateFile(made, clock=clock)


@pytest.fixture
def waiting(state: StateFile) -> StateFile:
    """Generation 2 waits 60 s to be confirmed; its coordinator has ended."""
    result = reload(state, Request(plan=step(1, 2), confirm_within=60))
    assert (result.status, result.generation) == ("pending", 2)
    return state


def opened(state: StateFile, clock: FakeClock) -> int:
    """What a program serves that opens the state now."""
    with Runtime(StateFile(state.path, clock=clock), None) as rt:
        return served(rt)


def head(state: StateFile) -> tuple[int, int]:
    return generations.head(state).number, report.show(state).config["n"]


# ---- the rows


def test_what_is_stored_and_logged(waiting: StateFile) -> None:
    window = windows.current(waiting)
    assert window is not None
    assert (window.base, window.last, window.kind, window.seconds) == (1, 2, "person", 60)
    (event,) = audit.tail(waiting, 1)
    said = event.fields["confirm"]
    assert (said["window"], said["seconds"]) == (window.id, 60)
    assert event.fields["status"] == "applied"
    assert verify(waiting).ok


def test_confirmed_in_time(waiting: StateFile, clock: FakeClock) -> None:
    clock.pass_(59)
    result = confirm.confirm(waiting)
    assert (result.status, result.generation) == ("applied", 2)
    assert windows.current(waiting) is None
    (event,) = audit.tail(waiting, 1)
    assert (event.fields["event"], event.fields["status"]) == ("kestrel.confirm", "confirmed")
    assert event.fields["event_id"] == result.event_id
    clock.pass_(3600)
    assert opened(waiting, clock) == 2
    again = confirm.confirm(waiting)
    assert (again.replayed, again.event_id) == (True, result.event_id)
    assert verify(waiting).ok


def test_confirmed_too_late(waiting: StateFile, clock: FakeClock) -> None:
    clock.pass_(60)
    assert code(lambda: confirm.confirm(waiting)) == "KS0741"
    assert windows.current(waiting) is not None
    assert opened(waiting, clock) == 1
    assert code(lambda: confirm.confirm(waiting)) == "KS0742"


def test_which_change_is_meant(waiting: StateFile) -> None:
    assert code(lambda: confirm.confirm(waiting, step(5, 6).audit_id)) == "KS0740"
    assert code(lambda: confirm.abort(waiting, step(5, 6).audit_id)) == "KS0740"
    assert confirm.confirm(waiting, step(1, 2).audit_id).status == "applied"


def test_nothing_waits(state: StateFile) -> None:
    for action in (confirm.confirm, confirm.abort):
        assert code(lambda action=action: action(state)) == "KS0742"  # type: ignore[misc]


def test_aborted(waiting: StateFile) -> None:
    result = confirm.abort(waiting)
    assert (result.status, head(waiting)) == ("applied", (3, 1))
    (event,) = audit.tail(waiting, 1)
    assert (event.fields["event"], event.fields["status"]) == ("kestrel.rollback", "rolled_back")
    assert event.fields["reason"].startswith("aborted by ")
    assert event.fields["undoes"] == step(1, 2).audit_id
    assert verify(waiting).ok


@pytest.mark.parametrize("how", ["--rollback", "named", "to"])
def test_a_rollback_of_what_waits_ends_the_window(waiting: StateFile, how: str) -> None:
    from kestrel.runtime.coordinator import roll_back

    change = step(1, 2).audit_id if how == "named" else None
    result = roll_back(waiting, change, 1 if how == "to" else None)
    assert (result.status, windows.current(waiting)) == ("applied", None)
    assert head(waiting) == (3, 1)


# ---- clocks and boots


def overdue(clock: FakeClock, seconds: float = 60) -> str:
    now = FakeClock().now()
    until = (now.uptime + round(seconds * 1e9), now.wall, now.wall + round(seconds * 1e6))
    window = Window("w", "person", "open", "a", 1, 2, now.boot, now.uptime, *until)
    return window.overdue(clock.now())


@pytest.mark.parametrize(
    ("moved", "is_over"),
    [
        ({}, False),
        ({"pass": 59}, False),
        ({"pass": 60}, True),
        ({"wall": 10 * 86400}, False),  # set forward: the time since boot decides
        ({"wall": -0.5}, False),  # a clock that is being disciplined
        ({"wall": -10 * 86400}, True),  # set back behind the change
        ({"uptime": -1}, True),  # cannot be, in one boot
        ({"restart": 10}, False),
        ({"restart": 60}, True),
        ({"restart": -10}, True),
        ({"pass": 30, "wall": -20}, False),  # set back, but not behind the change
        ({"pass": 61, "wall": -20}, True),  # that does not lengthen it
        ({"no boot id": True}, False),
        ({"no boot id": True, "pass": 60}, True),
    ],
    ids=str,
)
def test_clocks(moved: dict[str, float], is_over: bool) -> None:
    clock = FakeClock()
    clock.pass_(moved.get("pass", 0))
    clock.wall += moved.get("wall", 0)
    clock.uptime += moved.get("uptime", 0)
    if "restart" in moved:
        clock.restart(moved["restart"])
    if "no boot id" in moved:
        clock.boot = ""
    assert bool(overdue(clock)) is is_over


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("nothing ran when it was over", 1),
        ("clock set back", 1),
        ("clock set forward", 2),
        ("restarted in time", 2),
        ("restarted too late", 1),
        ("restarted with its clock behind", 1),
    ],
)
def test_rolled_back_before_it_is_served(
    waiting: StateFile, clock: FakeClock, what: str, expected: int
) -> None:
    if what == "nothing ran when it was over":
        clock.pass_(60)
    elif what.startswith("clock"):
        clock.wall += 86400 if what.endswith("forward") else -86400
    else:
        clock.restart({"restarted in time": 30, "restarted too late": 60}.get(what, -30))
    assert opened(waiting, clock) == expected
    assert (windows.current(waiting) is None) is (expected == 1)
    assert head(waiting) == ((3, 1) if expected == 1 else (2, 2))
    assert verify(waiting).ok


def test_the_next_reload_runs_the_timer_too(waiting: StateFile, clock: FakeClock) -> None:
    clock.pass_(60)
    result = reload(waiting, Request(plan=step(1, 3)))
    assert (result.status, result.generation) == ("applied", 4)
    assert [g.status for g in generations.newest(waiting, 4)] == [
        *("applied", "rolled_back", "applied", "applied")
    ]


def test_readers_report_it_and_change_nothing(waiting: StateFile, clock: FakeClock) -> None:
    assert verify(waiting).warnings == ()
    clock.pass_(45)
    status = report.status(waiting).waiting
    assert status is not None
    assert (status.last, status.base, status.remaining, status.overdue) == (2, 1, 15, "")
    clock.pass_(15)
    events = waiting.one("SELECT count(*) FROM events")
    observer = StateFile(waiting.path, "read", clock=clock)
    for found in (report.status(observer).waiting, report.show(observer).waiting):
        assert found is not None
        assert (found.remaining, found.overdue) == (0, "it was not confirmed in time")
    assert verify(observer).ok
    assert [d.code for d in verify(observer).warnings] == ["KS0739"]
    with Runtime(observer, None) as watched:
        assert served(watched) == 2
    assert waiting.one("SELECT count(*) FROM events") == events
    assert head(waiting) == (2, 2)


def test_a_window_that_was_edited(waiting: StateFile) -> None:
    with waiting.writing():
        waiting.run("UPDATE windows SET until_wall = until_wall + 1000000")
    problem = verify(waiting).problem
    assert problem is not None
    assert "waits to be confirmed" in problem.message


# ---- while programs run


def test_a_live_program_runs_the_timer(waiting: StateFile, clock: FakeClock) -> None:
    with Runtime(StateFile(waiting.path, clock=clock), None) as rt:
        assert served(rt) == 2
        clock.pass_(60)
        until(lambda: served(rt) == 1)
        until(lambda: windows.current(waiting) is None)
    assert head(waiting) == (3, 1)


def test_one_of_several_runs_the_timer(waiting: StateFile, clock: FakeClock) -> None:
    programs = [Runtime(StateFile(waiting.path, clock=clock), None) for _ in range(4)]
    clock.pass_(60)
    for rt in programs:
        until(lambda rt=rt: served(rt) == 1)  # type: ignore[misc]
    for rt in programs:
        rt.close()
    assert head(waiting) == (3, 1)
    assert verify(waiting).ok


def test_the_coordinator_runs_the_timer(made: Path) -> None:
    """It waits for convergence with a program that never gets there, and the time runs out."""
    clock = FakeClock()
    with Runtime(StateFile(made, clock=clock), None) as rt:

        class Slow:
            def commit(self) -> None:
                clock.pass_(60)

        rt.on_reload("/n")(lambda change, new: Slow())
        with pytest.raises(ReloadError) as caught:
            rt.reload(step(1, 2), confirm_within=60)
        result = caught.value.result
        assert (result.status, result.generation) == ("rolled_back", 3)
        assert [d.code for d in result.diagnostics] == ["KS0738"]
        assert served(rt) == 1


def test_confirmed_by_somebody_else(made: Path, clock: FakeClock) -> None:
    with Runtime(StateFile(made, clock=clock), None) as rt:
        state = rt.reload(step(1, 2), confirm_within=60)
        assert state.result is not None
        assert state.result.status == "pending"
        other = StateFile(made, clock=clock)
        confirm.confirm(other)
        until(lambda: rt._replica.window is None)
        clock.pass_(60)
        assert rt.reload(step(2, 3)).generation == 3


# ---- a second change


def test_a_second_change_is_refused(waiting: StateFile) -> None:
    for plan in (step(2, 3), step(1, 3)):
        result = reload(waiting, Request(plan=plan))
        assert (result.status, [d.code for d in result.diagnostics]) == ("rejected", ["KS0740"])
    dry = reload(waiting, Request(plan=step(2, 3), dry_run=True))
    assert dry.status == "rejected"
    assert head(waiting) == (2, 2)


def test_the_same_change_again_is_a_replay(waiting: StateFile) -> None:
    result = reload(waiting, Request(plan=step(1, 2)))
    assert (result.status, result.replayed, result.generation) == ("pending", True, 2)


def test_a_change_that_names_it_waits_with_it(waiting: StateFile, clock: FakeClock) -> None:
    clock.pass_(30)
    over = step(1, 2).audit_id
    result = reload(waiting, Request(plan=step(2, 3), over=over))
    assert (result.status, result.generation) == ("pending", 3)
    clock.pass_(30)
    assert opened(waiting, clock) == 1
    assert head(waiting) == (4, 1)
    assert generations.get(waiting, 4).restores == 1
    assert verify(waiting).ok


def test_it_may_set_the_time_anew(waiting: StateFile, clock: FakeClock) -> None:
    clock.pass_(30)
    over = step(1, 2).audit_id
    reload(waiting, Request(plan=step(2, 3), over=over, confirm_within=60))
    clock.pass_(59)
    confirm.confirm(waiting)
    clock.pass_(60)
    assert opened(waiting, clock) == 3


def test_a_change_that_names_another(waiting: StateFile) -> None:
    result = reload(waiting, Request(plan=step(2, 3), over=step(5, 6).audit_id))
    assert [d.code for d in result.diagnostics] == ["KS0740"]


def test_a_change_back_by_hand_ends_it(waiting: StateFile, clock: FakeClock) -> None:
    reload(waiting, Request(plan=step(2, 1), over=step(1, 2).audit_id))
    assert windows.current(waiting) is None
    clock.pass_(60)
    assert opened(waiting, clock) == 1
    assert head(waiting)[0] == 3


def test_part_of_what_waits_cannot_be_undone(waiting: StateFile) -> None:
    from kestrel.runtime.coordinator import roll_back

    over = step(1, 2).audit_id
    reload(waiting, Request(plan=step(2, 3), over=over))
    assert [d.code for d in roll_back(waiting).diagnostics] == ["KS0740"]
    assert roll_back(waiting, to=1).status == "applied"


def test_a_window_over_a_rollback(state: StateFile, clock: FakeClock) -> None:
    """A rollback may wait to be confirmed too; not confirmed, it is undone."""
    from kestrel.runtime.coordinator import roll_back

    reload(state, Request(plan=step(1, 2)))
    assert roll_back(state, confirm_within=60).status == "pending"
    clock.pass_(60)
    assert opened(state, clock) == 2
    assert head(state) == (4, 2)
    assert verify(state).ok


# ---- hooks


class Part:
    def __init__(self, said: list[str], name: str) -> None:
        self.said, self.name = said, name

    def commit(self) -> None:
        self.said.append(f"{self.name} commit")

    def finalize(self) -> None:
        self.said.append(f"{self.name} finalize")

    def abort(self) -> None:
        self.said.append(f"{self.name} abort")


class Forward:
    """A part that cannot go back by itself."""

    def __init__(self, said: list[str], name: str) -> None:
        self.said, self.name = said, name

    def commit(self) -> None:
        self.said.append(f"{self.name} commit")


def listening(rt: Runtime, kind: type = Part) -> list[str]:
    said: list[str] = []

    @rt.on_reload("/n")
    def changed(change: dict[str, object], new: dict[str, object]) -> object:
        said.append(f"{new['n']} prepare")
        return kind(said, str(new["n"]))

    return said


def test_finalize_comes_after_the_confirmation(made: Path, clock: FakeClock) -> None:
    with Runtime(StateFile(made, clock=clock), None) as rt:
        said = listening(rt)
        rt.reload(step(1, 2), confirm_within=60)
        assert said == ["2 prepare", "2 commit"]
        rt.confirm()
        assert said == ["2 prepare", "2 commit", "2 finalize"]


def test_finalize_comes_after_a_confirmation_elsewhere(made: Path, clock: FakeClock) -> None:
    with Runtime(StateFile(made, clock=clock), None) as rt:
        said = listening(rt)
        reload(StateFile(made, clock=clock), Request(plan=step(1, 2), confirm_within=60, wait=9))
        until(lambda: said == ["2 prepare", "2 commit"])
        confirm.confirm(StateFile(made, clock=clock))
        until(lambda: said[-1] == "2 finalize")


@pytest.mark.parametrize("who", ["timer", "abort", "rollback"])
def test_a_part_that_can_goes_back_unasked(made: Path, clock: FakeClock, who: str) -> None:
    """It holds on to what the old generation needs, so it cannot fail to get it again."""
    with Runtime(StateFile(made, clock=clock), None) as rt:
        said = listening(rt)
        rt.reload(step(1, 2), confirm_within=60)
        if who == "timer":
            clock.pass_(60)
            until(lambda: served(rt) == 1)
        else:
            (rt.abort if who == "abort" else rt.rollback)()
        until(lambda: said == ["2 prepare", "2 commit", "2 abort"])
        rt.reload(step(1, 3))
        assert said[3:] == ["3 prepare", "3 commit", "3 finalize"]


def test_a_part_that_cannot_is_asked(made: Path, clock: FakeClock) -> None:
    with Runtime(StateFile(made, clock=clock), None) as rt:
        said = listening(rt, Forward)
        rt.reload(step(1, 2), confirm_within=60)
        rt.abort()
        assert said == ["2 prepare", "2 commit", "1 prepare", "1 commit"]


def test_two_changes_go_back_in_their_order(made: Path, clock: FakeClock) -> None:
    with Runtime(StateFile(made, clock=clock), None) as rt:
        said = listening(rt)
        rt.reload(step(1, 2), confirm_within=60)
        rt.reload(step(2, 3), over=step(1, 2).audit_id)
        rt.abort()
        assert said[-2:] == ["3 abort", "2 abort"]
        assert served(rt) == 1


def test_who_refuses_the_way_back_is_asked_again(made: Path, clock: FakeClock) -> None:
    with Runtime(StateFile(made, clock=clock), None) as rt:
        refuse = True

        @rt.on_reload("/n")
        def changed(change: dict[str, object], new: dict[str, object]) -> None:
            if refuse and new["n"] == 1:
                raise kestrel.Refuse("not back")

        rt.reload(step(1, 2), confirm_within=60)
        with pytest.raises(ReloadError, match="not back"):
            rt.abort()
        clock.pass_(60)
        with pytest.raises(StateError, match="KS0749"):
            Runtime(StateFile(made, clock=clock), None)
        assert served(rt) == 2
        refuse = False
        until(lambda: served(rt) == 1)


# ---- both at once


def test_confirmation_against_timer(made: Path) -> None:
    """By hand in large: python -m tests.runtime.stress races 1000."""
    assert sum(races(made, 25).values()) == 25
    assert verify(StateFile(made, "read")).ok


# ---- disks that fail


@pytest.fixture
def on_disk(waiting: StateFile, clock: FakeClock) -> Iterator[tuple[StateFile, Faults]]:
    """The same state, on a disk that can fail."""
    disk = Disk()
    yield StateFile(waiting.path, vfs=NAME, clock=clock), disk.faults
    disk.faults.clear()
    disk.unregister()


def test_a_confirmation_on_a_full_disk(on_disk: tuple[StateFile, Faults]) -> None:
    state, faults = on_disk
    faults.write = apsw.FullError
    assert code(lambda: confirm.confirm(state)) == "KS0708"
    faults.clear()
    assert windows.current(state) is not None
    assert confirm.confirm(state).status == "applied"


@pytest.mark.parametrize("what", ["write", "sync"])
def test_a_confirmation_at_which_the_disk_fails(
    on_disk: tuple[StateFile, Faults], what: str
) -> None:
    """It is there or it is not, and what is said is what holds."""
    state, faults = on_disk
    setattr(faults, what, apsw.IOError)
    faults.times = 1
    try:
        said = confirm.confirm(state).status == "applied"
    except StateError as error:
        said = error.diagnostics[0].code != "KS0708"
    assert (windows.current(state) is None) is said
    assert confirm.confirm(state).replayed is said
    assert verify(state).ok


def test_a_confirmation_on_a_dead_disk(on_disk: tuple[StateFile, Faults]) -> None:
    state, faults = on_disk
    faults.write = apsw.IOError
    assert code(lambda: confirm.confirm(state)) in ("KS0708", "KS0709")
    faults.clear()
    state.reopen()
    assert confirm.confirm(state).status == "applied"


def test_the_way_back_on_a_disk_that_fails(
    on_disk: tuple[StateFile, Faults], clock: FakeClock
) -> None:
    """What is overdue is not served, however long the disk takes."""
    state, faults = on_disk
    clock.pass_(60)
    faults.write = apsw.FullError
    with pytest.raises(StateError, match="KS0749"):
        Runtime(StateFile(state.path, vfs=NAME, clock=clock), None)
    faults.clear()
    assert opened(state, clock) == 1


# ---- processes that die


@pytest.mark.parametrize("when", ["before it is over", "after"])
def test_a_coordinator_that_dies_after_its_commit(
    made: Path, clock: FakeClock, when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commit stands, its window too; nobody was told."""

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("kestrel.runtime.coordinator._Reload._publish", dies)
        with pytest.raises(KeyboardInterrupt):
            reload(StateFile(made, clock=clock), Request(plan=step(1, 2), confirm_within=60))
    clock.pass_(30 if when.startswith("before") else 60)
    assert opened(StateFile(made, clock=clock), clock) == (2 if when.startswith("before") else 1)
