"""A part of the campaigns, spread over all of their steps (`python -m tests.faults.campaign`, and
`tests.faults.kills`, have all of them), and what they found."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from kestrel.runtime import statefile
from tests.faults import kills
from tests.faults.campaign import Campaign, everywhere
from tests.faults.disk import FAULTS, Disk, disk
from tests.faults.judge import Broken
from tests.faults.scenes import SCENES, Scene

pytestmark = pytest.mark.faults

STRIDE = 23
"""Prime, so that over all kinds every operation gets its turn."""
RELOAD = SCENES[0]


@pytest.fixture
def made() -> Iterator[Disk]:
    with disk() as one:
        yield one


@pytest.fixture
def campaign(made: Disk, tmp_path: Path) -> Campaign:
    tmp_path.chmod(0o700)
    return Campaign(made, tmp_path)


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_the_disk_fails(campaign: Campaign, scene: Scene) -> None:
    for kind, at, seed in list(everywhere(campaign, scene, 1))[::STRIDE]:
        campaign.strike(scene, kind, at, seed)
    assert campaign.faults > 5
    assert campaign.tally.total() >= campaign.faults


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_the_process_is_killed(tmp_path: Path, scene: Scene) -> None:
    tmp_path.chmod(0o700)
    tally: Counter[str] = Counter()
    for last in range(1, kills.steps_of(scene, tmp_path) + 1, 2 * STRIDE):
        kills.kill(scene, tmp_path, last, tally)
    assert tally["nothing said, old"] or tally["nothing said, new"]


def test_processes_are_killed_among_others(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    assert kills.together(tmp_path, 4 * STRIDE) > 5


# ---- power cuts


def cuts(campaign: Campaign, count: int) -> Iterator[str]:
    """What a power cut right after the answer breaks, by so many chances."""
    behind = campaign.operations(RELOAD) + 1
    for seed in range(count):
        try:
            campaign.strike(RELOAD, "power cut", behind, seed)
        except Broken as broken:
            yield str(broken)


def test_what_is_acknowledged_survives_a_power_cut(campaign: Campaign) -> None:
    assert list(cuts(campaign, 20)) == []
    assert campaign.tally["done, new"] == 20


def test_this_would_be_seen(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without syncs the same cuts lose what was acknowledged: the harness can tell."""
    rows = [row if row[0] != "synchronous" else ("synchronous", "off", 0) for row in PRAGMAS]
    monkeypatch.setattr(statefile, "PRAGMAS", tuple(rows))
    broken = list(cuts(campaign, 20))
    assert any("acknowledged, and lost" in one for one in broken)


PRAGMAS = statefile.PRAGMAS


def test_a_power_cut_leaves_what_was_synced(made: Disk, tmp_path: Path) -> None:
    """The model itself: synced bytes stay, others come and go by the sector."""
    (tmp_path / "a").write_bytes(b"")
    content = made.content(str(tmp_path / "a"))
    content.since.append((0, b"s" * 1024))
    content.sync()
    content.since.append((512, b"n" * 1024))
    seen = {content.after_power_cut(random.Random(seed)) for seed in range(100)}
    assert {image[:512] for image in seen} == {b"s" * 512}
    assert {image[512:] for image in seen} == {
        b"s" * 512,
        b"n" * 512,
        b"n" * 1024,
        b"s" * 512 + b"n" * 512,
    }


# ---- what the campaigns found


def at_last(campaign: Campaign, name: str, kind: str, last: int) -> None:
    scene = next(scene for scene in SCENES if scene.name == name)
    count = campaign.operations(scene)
    for at in range(count - last, count + 1):
        campaign.strike(scene, kind, at)


@pytest.mark.parametrize("name", ["confirm", "deadline", "reload, serving"])
@pytest.mark.parametrize("kind", [kind for kind in FAULTS if "power" not in kind])
def test_the_disk_fails_around_the_commit(campaign: Campaign, name: str, kind: str) -> None:
    """A confirmation that nobody could look up again was called refused; a commit whose programs
    could not be counted was too."""
    at_last(campaign, name, kind, 4)
