"""Start the demo: a temporary folder, free ports, the scenario; nothing is left behind."""

from __future__ import annotations

import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import NoReturn

from kestrel.demo.scenario import play
from kestrel.demo.stage import stage_for_output
from kestrel.demo.world import PORTS, Unexpected, World, free_ports, lay_out_files


def main() -> int:
    """0 if everything happened as it should; 1, having said what did not."""
    signal.signal(signal.SIGTERM, _leave)
    stage, began = stage_for_output(), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="kestrel-demo-") as name:
        world, ports = World(stage, Path(name)), free_ports(len(PORTS))
        lay_out_files(world.folder, ports)
        try:
            play(world, ports)
        except Unexpected as error:
            stage.unexpected(str(error))
            return 1
    stage.observed(f"done in {time.monotonic() - began:.1f} s; nothing is left behind")
    return 0


def _leave(*_: object) -> NoReturn:
    raise SystemExit(143)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
