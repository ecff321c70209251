"""The Python module around generated accessors: buses, a mock that behaves, and its types."""

from __future__ import annotations

import importlib
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from kestrel import compiler
from kestrel.backends.accessors.pybind import write_pybind
from tests.registers.accessors.toolchains import HOST

MAP = Path(__file__).parent / "mock.kreg"
pytestmark = pytest.mark.skipif(HOST.missing(), reason="a C++ compiler is not installed")


def write(map_: Path, folder: Path) -> None:
    device, _ = compiler.load_registers(map_)
    for path, text in write_pybind(device, "1.0").items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")


def run(*command: str) -> None:
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built as the CMakeLists.txt that comes with it says."""
    import pybind11

    made: Path = tmp_path_factory.mktemp("host")
    write(MAP, made)
    flags = "-O0 -Wall -Wextra -Werror"
    cmake = shutil.which("cmake", path=str(Path(sys.executable).parent)) or "cmake"
    where = f"-Dpybind11_DIR={pybind11.get_cmake_dir()}"
    python = f"-DPython_EXECUTABLE={sys.executable}"
    run(
        cmake,
        "-S",
        str(made),
        "-B",
        str(made / "build"),
        where,
        python,
        f"-DCMAKE_CXX_FLAGS={flags}",
    )
    run(cmake, "--build", str(made / "build"), "-j2")
    (library,) = (made / "build").glob("board*.so")
    library.rename(made / library.name)
    return made


@pytest.fixture(scope="module")
def board(folder: Path) -> ModuleType:
    sys.path.insert(0, str(folder))
    try:
        return importlib.import_module("board")
    finally:
        sys.path.remove(str(folder))


@pytest.fixture
def mock(board: Any) -> Any:
    return board.Mock()


@pytest.fixture
def port(board: Any, mock: Any) -> Any:
    return board.Device(mock).port0


BASE = 0x4001_0000


def test_reset_values_and_names(port: Any) -> None:
    assert port.cr.read().raw == 0x30
    assert port.cr.read().baud == "b115200"
    assert repr(port.cr.read()) == "cr(en=False, baud='b115200', lock=False)"
    assert port.div.read().v == 1
    assert port.cr.address == BASE
    assert port.dma[1].ctl.path == "port0.dma[1].ctl"
    assert port.cr.fields == ["en", "baud", "lock"]
    assert {"cr", "sr", "dma"} <= set(dir(port))
    assert dir(port.cr.read()) == ["baud", "en", "lock", "raw"]


def test_the_bus_sees_what_firmware_does(port: Any, mock: Any) -> None:
    port.cr.modify(en=1)
    assert mock.log == [("R", BASE, 4, 0x30), ("W", BASE, 4, 0x31)]
    port.cr.modify(en=1, baud="b9600")
    assert mock.log[2:] == [("W", BASE, 4, 0x1)], "nothing is left that a load would keep"
    assert (port.cr.read().en, port.cr.read().baud) == (True, "b9600")
    port.wide.write(v=0x1122_3344_5566_7788)
    assert mock.log[-2:] == [("W", BASE + 0x24, 4, 0x1122_3344), ("W", BASE + 0x20, 4, 0x5566_7788)]
    assert port.wide.read().v == 0x1122_3344_5566_7788


def test_flags(port: Any, mock: Any) -> None:
    mock.hardware(port.sr, ovr=1, seen=1, flip=1, done=1, any=1)
    assert mock.peek(port.sr).raw == 0b111_0110
    assert port.sr.read().seen
    assert not mock.peek(port.sr).seen
    assert mock.peek(port.sr).left
    port.sr.write_raw(0b1111_0010)
    after = mock.peek(port.sr)
    assert (after.ovr, after.flip, after.done, after.any, after.all) == (
        False,
        False,
        True,
        False,
        True,
    )
    port.sr.write_raw(0)
    assert not mock.peek(port.sr).done


def test_clear_leaves_the_other_flags(board: Any) -> None:
    """Here each register is what it is: a callback bus that keeps words."""
    words: dict[int, int] = {0x1004: 0}
    written: list[tuple[int, int, int]] = []
    bus = board.Callback(
        lambda address, size: words.get(address, 0),
        lambda address, size, value: written.append((address, size, value)),
    )
    port = board.Device(bus).port0
    port.div.write(v=7)
    assert written == [(BASE + 0x0C, 4, 7)]


def test_a_flag_that_goes_by_two_reads(port: Any, mock: Any) -> None:
    mock.hardware(port.sr, rxne=1)
    port.dr.read()
    assert mock.peek(port.sr).rxne
    assert port.sr.read().rxne
    port.dr.read()
    assert not mock.peek(port.sr).rxne


def test_queues(port: Any, mock: Any) -> None:
    mock.feed(port.dr, [7, 8])
    assert [port.dr.read().data for _ in range(2)] == [7, 8]
    for each in (1, 2, 3):
        port.dr.write(data=each)
    assert mock.taken(port.dr) == [1, 2, 3]
    assert mock.taken(port.dr) == []


def test_locks(port: Any, mock: Any) -> None:
    port.div.write(v=9)
    assert port.div.read().v == 9
    port.cr.set("lock")
    port.div.write(v=11)
    assert port.div.read().v == 9
    mock.reset()
    assert (port.div.read().v, port.cr.read().lock) == (1, False)


def test_conditions_once_and_pulses(port: Any, mock: Any) -> None:
    port.go.write(fuse=1, safe=1, held=1, free=1, start=1)
    now = mock.peek(port.go)
    assert now.raw == 1 << 8 | 1 << 9 | 1 << 10
    port.cr.modify(en=1)
    port.go.write(fuse=0, safe=0, held=0, free=1)
    assert mock.peek(port.go).raw == 1 << 8 | 1 << 9 | 1 << 10 | 1 << 11


def test_effects_on_other_registers(port: Any) -> None:
    port.bsr.write(bs={1: 1, 3: 1})
    assert port.odr.read().od == [False, True, False, True]
    port.bsr.write(br=[0, 1])
    assert port.odr.read().od == [False, False, False, True]


def test_two_registers_at_one_address(port: Any, mock: Any) -> None:
    port.tx.write(v=0x55)
    mock.hardware(port.rx, v=0x66)
    assert port.rx.read().v == 0x66
    assert mock.peek(port.tx).raw == 0x55


def test_aliases(port: Any, mock: Any) -> None:
    port.div.write(v=0x0F)
    for kind, after in (("set", 0xFF), ("clear", 0x0F), ("xor", 0xFF)):
        getattr(port, f"alias_{kind}").div.write(v=0xF0)
        assert port.div.read().v == after
    assert ("W", BASE + 0x200C, 4, 0xF0) in mock.log
    with pytest.raises(TypeError, match="an alias combines"):
        port.alias_set.div.modify(v=1)


def test_arrays_blocks_memories_and_bitmaps(port: Any, board: Any, mock: Any) -> None:
    port.ch[1].write(level=5, from_=1)
    assert (port.ch[1].read().level, port.ch[1].read().from_) == (5, True)
    assert port.ch[0].read().level == 0
    port.buf[3] = 0xBEEF
    assert (port.buf[3], port.buf[2], len(port.buf)) == (0xBEEF, 0, 16)
    port.set.set(35)
    port.set.set(34)
    assert [bit for bit in range(64) if port.set[bit]] == [34, 35]
    assert len(port.dma) == 2
    assert board.Device(mock).ports[1].cr.address == 0x5001_0000


def test_sequences(port: Any, mock: Any) -> None:
    port.cr.modify(en=1)
    assert port.stop() == "done"
    assert (port.cr.read().en, port.ie.read().mode) == (False, "run")
    assert (port.ch[1].read().level, port.dma[1].ctl.read().on) == (7, True)
    assert port.restart() == "done"
    assert port.cr.read().en


def test_a_sequence_that_waits_in_vain(port: Any, mock: Any) -> None:
    mock.hardware(port.is_, busy=1)
    assert port.restart() == "timed out"
    assert port.div.read().v == 0xFFFF
    assert not port.cr.read().en


def test_keys(port: Any, mock: Any) -> None:
    assert port.unlock_flash() == "done"
    assert mock.taken(port.keyr) == [0x4567_0123, 0xCDEF_89AB]
    mock.hardware(port.is_, busy=1)
    assert port.unlock_flash() == "still locked"


def test_a_sequence_needs_what_it_asserts(port: Any, mock: Any) -> None:
    port.ie.write(rxe=1)
    before = len(mock.log)
    assert port.stop() == "not masked"
    assert all(kind == "R" for kind, *_ in mock.log[before:])


MISTAKES = [
    (TypeError, "no field 'x'", lambda port: port.cr.write(x=1)),
    (ValueError, "does not fit into the field baud", lambda port: port.cr.write(baud=16)),
    (ValueError, "does not fit", lambda port: port.cr.write(baud=-1)),
    (ValueError, "no value 'b1'", lambda port: port.cr.write(baud="b1")),
    (TypeError, "set() is for fields", lambda port: port.cr.set("en")),
    (TypeError, "set() is for fields", lambda port: port.sr.set("ovr")),
    (TypeError, "cannot be read", lambda port: port.tx.read()),
    (TypeError, "cannot be written", lambda port: port.rx.write(v=1)),
    (TypeError, "field rxne cannot be written", lambda port: port.sr.write(rxne=1)),
    (TypeError, "would read fields that change", lambda port: port.sr.modify(ovr=1)),
    (TypeError, "has to be given every field", lambda port: port.go.write()),
    (AttributeError, "no register or block 'nothing'", lambda port: port.nothing),
    (AttributeError, "no field 'nothing'", lambda port: port.cr.read().nothing),
    (IndexError, "fewer items", lambda port: port.ch[2]),
    (IndexError, "fewer words", lambda port: port.buf[16]),
    (IndexError, "fewer bits", lambda port: port.set.set(64)),
    (TypeError, "no write does that", lambda port: port.set.clear(1)),
]


@pytest.mark.parametrize(("kind", "said", "mistake"), MISTAKES, ids=[m[1] for m in MISTAKES])
def test_mistakes(kind: type[Exception], said: str, mistake: Any, port: Any) -> None:
    with pytest.raises(kind, match=re.escape(said)):
        mistake(port)


def test_memory(board: Any, tmp_path: Path) -> None:
    """A file stands in for the memory of a device."""
    file = tmp_path / "memory"
    file.write_bytes(bytes(0x20000))
    port = board.Device(board.Memory(str(file), 0, 0x1000))
    with pytest.raises(IndexError, match="outside of the mapped memory"):
        port.port0.cr.read()
    with pytest.raises(FileNotFoundError):
        board.Memory(str(tmp_path / "none"), 0, 16)


PROGRAM = """
from board import Device, Mock
mock = Mock()
port = Device(mock).port0
port.cr.write(en=1, baud="b9600")
port.cr.modify(baud=3)
baud: str | int = port.cr.read().baud
level: int = port.ch[1].read().level
port.ch[1].write(level=5, from_=1)
port.sr.clear("ovr")
mock.hardware(port.sr, ovr=1)
value = mock.peek(port.odr).od[2]
port.bsr.write(bs={1: 1})
port.set.set(3)
"""
WRONG = {
    "port.cr.write(x=1)": "Unexpected keyword argument",
    'port.cr.write(baud="b1")': "incompatible type",
    "port.sr.modify(ovr=1)": 'has no attribute "modify"',
    "port.rx.write(v=1)": 'has no attribute "write"',
    'port.sr.clear("rxne")': "incompatible type",
    'port.cr.set("en")': "incompatible type",
    "port.nothing": 'has no attribute "nothing"',
}


def test_types(folder: Path, tmp_path: Path) -> None:
    """A right program has none but right types, and each mistake is one of types."""
    program = tmp_path / "program.py"
    program.write_text(PROGRAM + "".join(f"{line}\n" for line in WRONG))
    stubs = tmp_path / "stubs"
    stubs.mkdir()
    shutil.copy(folder / "board.pyi", stubs)
    command = [sys.executable, "-m", "mypy", "--strict", "--no-incremental", str(program)]
    env = {"MYPYPATH": str(stubs), "PATH": "/usr/bin:/bin"}
    ran = subprocess.run(
        command, capture_output=True, text=True, check=False, env=env, cwd=tmp_path
    )
    first = PROGRAM.count("\n") + 1
    found = dict(re.findall(r"program\.py:(\d+): error: (.*)", ran.stdout))
    assert set(found) == {str(first + i) for i in range(len(WRONG))}, ran.stdout
    for i, said in enumerate(WRONG.values()):
        assert said in found[str(first + i)]
