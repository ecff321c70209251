"""A fault at every step of every scene, and the figures. The tests run a part of it; all of it:

python -m tests.faults.campaign [SEEDS]     # so many power cuts at each step, each leaves otherwise
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.faults.disk import FAULTS, Disk, Fault, disk
from tests.faults.judge import Broken, judge, judge_living
from tests.faults.scenes import SCENES, Outcome, Scene, play, prepared


class Campaign:
    """Faults on one disk, in folders under `folder`; `tally` counts how they ended."""

    def __init__(self, made: Disk, folder: Path) -> None:
        self.disk = made
        self.folder = folder
        self.tally: Counter[str] = Counter()
        self.faults = 0

    def operations(self, scene: Scene) -> int:
        """How many the undisturbed scene asks of the disk."""
        with self._place() as path:
            stage = prepared(scene, path)
            scene.join(stage)
            self.disk.obey()
            assert play(scene, stage) == "done"
            count = self.disk.count
            stage.close()
        return count

    def strike(self, scene: Scene, kind: str, at: int, seed: int = 0) -> None:
        """One fault at operation `at`.

        Raises:
            Broken: a promise was broken; it says by what.
        """
        fault = FAULTS[kind]
        with self._place() as path:
            try:
                self._strike(scene, fault, at, random.Random(seed), path)
            except Exception as error:
                where = f"{scene.name}, {kind} at operation {at}, seed {seed}"
                raise Broken(f"{where}: {type(error).__name__}: {error}") from error
            finally:
                self.disk.obey()
                self.disk.contents.clear()

    def _strike(
        self, scene: Scene, fault: Fault, at: int, chance: random.Random, path: Path
    ) -> None:
        stage = prepared(scene, path)
        scene.join(stage)
        for content in self.disk.contents.values():
            content.sync()
        self.disk.fail(fault, at)
        ended: Outcome | None = play(scene, stage)
        self.faults += self.disk.struck
        was_off = self.disk.is_off
        if fault.cut:
            stage.close()
            self.disk.lose_power(path.parent, chance)
            ended = None if was_off and ended != "done" else ended
        else:
            self.disk.obey()
            assert ended is not None
            ended = judge_living(scene, stage, ended)
            stage.close()
        judge(scene, stage, ended, self.tally)

    def _place(self) -> Place:
        return Place(self.folder)


class Place:
    """A path for a state, in a folder of its own that goes away."""

    def __init__(self, folder: Path) -> None:
        self._folder = tempfile.TemporaryDirectory(dir=folder)

    def __enter__(self) -> Path:
        return Path(self._folder.name) / "runtime.state"

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()


def everywhere(campaign: Campaign, scene: Scene, seeds: int) -> Iterator[tuple[str, int, int]]:
    """Each fault at each operation; power cuts also behind the last."""
    count = campaign.operations(scene)
    for kind, fault in FAULTS.items():
        for at in range(1, count + 1 + fault.cut):
            for seed in range(seeds if fault.cut else 1):
                yield kind, at, seed


def main() -> None:
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 4
    with disk() as made, tempfile.TemporaryDirectory() as folder:
        total = 0
        for scene in SCENES:
            campaign = Campaign(made, Path(folder))
            for kind, at, seed in everywhere(campaign, scene, seeds):
                campaign.strike(scene, kind, at, seed)
            total += campaign.faults
            print(f"{scene.name}: {campaign.faults} faults; {dict(campaign.tally)}", flush=True)
        print(f"{total} faults: none lost, none stuck, none torn")


if __name__ == "__main__":
    main()
