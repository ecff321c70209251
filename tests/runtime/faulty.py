"""A disk that fails when told to: an apsw VFS between SQLite and the real one."""

from __future__ import annotations

import apsw

NAME = "kestrel-faulty"


class Faults:
    """What fails from now on, writes or syncs, and how often."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.write: type[apsw.Error] | None = None
        self.sync: type[apsw.Error] | None = None
        self.times = 1_000_000

    def strike(self, kind: type[apsw.Error] | None) -> None:
        if kind and self.times > 0:
            self.times -= 1
            raise kind("told to")


class File(apsw.VFSFile):
    def __init__(self, faults: Faults, name: str | apsw.URIFilename | None, flags: list[int]):
        super().__init__("", name, flags)
        self.faults = faults

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        self.faults.strike(self.faults.write)
        super().xWrite(data, offset)

    def xSync(self, flags: int) -> None:  # noqa: N802
        self.faults.strike(self.faults.sync)
        super().xSync(flags)


class Disk(apsw.VFS):
    """Register it, and open a state with `vfs=NAME`."""

    def __init__(self) -> None:
        self.faults = Faults()
        super().__init__(NAME, "")

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> File:  # noqa: N802
        return File(self.faults, name, flags)
