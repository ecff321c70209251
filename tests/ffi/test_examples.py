"""The examples on real libraries, used from Python as a program would."""

from __future__ import annotations

import math
import os
import subprocess
import sys
import zlib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.ffi.building import EXAMPLES, built, needs_compiler, needs_header, stubtest

pytestmark = needs_compiler


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("examples")


@pytest.fixture(scope="module")
def kv(folder: Path) -> ModuleType:
    return built(EXAMPLES / "sqlite" / "kv.ks", folder / "sqlite")


@pytest.fixture(scope="module")
def zkit(folder: Path) -> ModuleType:
    return built(EXAMPLES / "zlib" / "zkit.ks", folder / "zlib")


@pytest.fixture(scope="module")
def maths(folder: Path) -> ModuleType:
    return built(EXAMPLES / "libm" / "maths.ks", folder / "libm")


@needs_header("sqlite3.h")
class TestSqlite:
    def test_it_keeps_values(self, kv: ModuleType, tmp_path: Path) -> None:
        log: list[tuple[str, dict[str, Any]]] = []
        kv.set_audit_sink(lambda event, fields: log.append((event, fields)))
        path = str(tmp_path / "kv.db")
        with kv.open(path) as db:
            kv.put(db, "a", "1")
            kv.put(db, "\N{LATIN SMALL LETTER U WITH DIAERESIS}", "two")
            assert kv.get(db, "a") == "1"
            assert kv.get(db, "b") is None
            assert kv.keys(db) == ["a", "\N{LATIN SMALL LETTER U WITH DIAERESIS}"]
        assert log[0] == ("kv.open", {"path": path})
        assert ("kv.put", {"key": "a"}) in log

    def test_errors_have_codes(self, kv: ModuleType, tmp_path: Path) -> None:
        kv.set_audit_sink(lambda event, fields: None)
        with pytest.raises(kv.CodeError, match="unable to open") as raised:
            kv.open(str(tmp_path / "no" / "kv.db"))
        assert raised.value.code == 14
        with kv.open(":memory:") as db, pytest.raises(kv.CodeError) as raised:
            kv.run(db, "nonsense")
        assert raised.value.code == 1

    def test_a_failed_open_still_closes(self, kv: ModuleType, tmp_path: Path) -> None:
        """SQLite gives a handle with most errors, and it must be closed."""
        kv.set_audit_sink(lambda event, fields: None)
        before = len(os.listdir("/proc/self/fd")) if sys.platform == "linux" else 0
        for _ in range(50):
            with pytest.raises(kv.CodeError):
                kv.open(str(tmp_path))  # a folder
        if sys.platform == "linux":
            assert len(os.listdir("/proc/self/fd")) == before

    def test_a_statement_does_not_outlive_its_database(self, kv: ModuleType) -> None:
        kv.set_audit_sink(lambda event, fields: None)
        db = kv.open(":memory:")
        stmt = kv.prepare(db, "select 1")
        with pytest.raises(ValueError, match="open handles of its own"):
            db.close()
        with pytest.raises(ValueError, match="open handles of its own"):
            kv.close(db)
        stmt.close()
        stmt.close()
        db.close()
        assert db.closed
        with pytest.raises(ValueError, match="closed"):
            kv.get(db, "a")

    def test_a_failing_finalize_has_released(self, kv: ModuleType) -> None:
        """Its status is the last step's, and the statement is gone whatever it is."""
        log: list[str] = []
        kv.set_audit_sink(lambda event, fields: log.append(event))
        with kv.open(":memory:") as db:
            with pytest.raises(kv.CodeError) as raised:
                kv.run(db, "select abs(-9223372036854775808)")
            assert raised.value.code == 1
        assert "kestrel.deferred.failed" not in log

    def test_a_forgotten_handle_is_told(self, kv: ModuleType) -> None:
        kv.set_audit_sink(lambda event, fields: None)
        db = kv.open(":memory:")
        with pytest.warns(ResourceWarning, match="unclosed Db"):
            del db

    def test_without_a_sink_nothing_unsafe_runs(self, kv: ModuleType) -> None:
        kv.set_audit_sink(None)
        with pytest.raises(kv.Panic, match="audit sink") as raised:
            kv.open(":memory:")
        assert raised.value.code == "sink"
        assert raised.value.place.startswith("kv.ks:")

    def test_a_sink_that_fails_stops_the_function(self, kv: ModuleType, tmp_path: Path) -> None:
        def full(event: str, fields: dict[str, Any]) -> None:
            raise OSError("disk full")

        kv.set_audit_sink(full)
        with pytest.raises(kv.Panic) as raised:
            kv.open(str(tmp_path / "kv.db"))
        assert isinstance(raised.value.__cause__, OSError)
        assert not (tmp_path / "kv.db").exists()

    def test_text_with_a_nul_is_refused(self, kv: ModuleType) -> None:
        kv.set_audit_sink(lambda event, fields: None)
        with pytest.raises(ValueError, match="NUL"):
            kv.open("a\0b")


@needs_header("zlib.h")
class TestZlib:
    DATA = bytes(range(256)) * 500 + b"a" * 200_000

    def test_checksums(self, zkit: ModuleType) -> None:
        assert zkit.crc32(0, self.DATA) == zlib.crc32(self.DATA)
        assert zkit.crc32(crc=7, buf=memoryview(self.DATA)) == zlib.crc32(self.DATA, 7)
        assert zkit.adler32(1, self.DATA) == zlib.adler32(self.DATA)

    @pytest.mark.parametrize(
        "args", [(), (1,), (1, 2), ("a", b""), (-1, b""), (2**64, b""), (1.5, b""), (0, b"", 3)]
    )
    def test_wrong_arguments(self, zkit: ModuleType, args: tuple[Any, ...]) -> None:
        with pytest.raises((TypeError, OverflowError)):
            zkit.crc32(*args)

    def test_buffers_are_not_copied_and_must_be_contiguous(self, zkit: ModuleType) -> None:
        assert zkit.crc32(0, bytearray(b"abc")) == zlib.crc32(b"abc")
        with pytest.raises(TypeError, match="contiguous"):
            zkit.crc32(0, memoryview(b"abcdef")[::2])

    def test_compress(self, zkit: ModuleType) -> None:
        zkit.set_audit_sink(lambda event, fields: None)
        assert zlib.decompress(zkit.compress(self.DATA)) == self.DATA
        assert len(zkit.compress(self.DATA, level=0)) > len(self.DATA)
        assert zkit.compress(b"", 99) is None

    def test_a_stream_is_inflated_piece_by_piece(self, zkit: ModuleType) -> None:
        zkit.set_audit_sink(lambda event, fields: None)
        packed = zlib.compress(self.DATA)
        with zkit.open_inflate() as stream:
            pieces = [zkit.feed(stream, packed[i : i + 100]) for i in range(0, len(packed), 100)]
        assert b"".join(pieces) == self.DATA

    def test_garbage(self, zkit: ModuleType) -> None:
        zkit.set_audit_sink(lambda event, fields: None)
        with zkit.open_inflate() as stream, pytest.raises(zkit.CodeError, match="data error"):
            zkit.feed(stream, b"no zlib stream")


class TestLibm:
    def test_functions(self, maths: ModuleType) -> None:
        assert maths.sin(1.0) == math.sin(1.0)
        assert maths.hypot(3, 4.0) == 5.0
        assert maths.ldexp(1.5, 3) == 12.0
        assert maths.distance(0, 0, 3, 4) == 5.0


@pytest.mark.parametrize("name", ["kv", "zkit", "maths"])
def test_stubs(name: str, request: pytest.FixtureRequest) -> None:
    module: ModuleType = request.getfixturevalue(name)
    folder = Path(str(module.__file__)).parent
    ran = stubtest(folder, name)
    assert ran.returncode == 0, ran.stdout
    strict = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", f"{name}.pyi"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert strict.returncode == 0, strict.stdout
