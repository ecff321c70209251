"""A machine whose clocks a test moves."""

from __future__ import annotations

from kestrel.runtime.clock import Moment

BOOT = "11111111-2222-3333-4444-555555555555"
WALL = 1_800_000_000_000_000


class FakeClock:
    """`boot`, `uptime` in seconds, `wall` in seconds after some day of 2027."""

    def __init__(self, boot: str = BOOT, uptime: float = 1000.0, wall: float = 0.0) -> None:
        self.boot, self.uptime, self.wall = boot, uptime, wall

    def now(self) -> Moment:
        return Moment(self.boot, round(self.uptime * 1e9), WALL + round(self.wall * 1e6))

    def pass_(self, seconds: float) -> None:
        """Time goes by, for all clocks alike."""
        self.uptime += seconds
        self.wall += seconds

    def restart(self, seconds: float = 0.0) -> None:
        """The machine is started anew, and took so long by the calendar."""
        self.boot, self.uptime = f"{self.boot[:-1]}{int(self.boot[-1]) + 1}", 1.0
        self.wall += seconds
