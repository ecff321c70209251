"""Generated accessors, compiled for a Cortex-M4, and what its bus sees of them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from benchmarks import cmsis
from tests.registers.accessors import machine
from tests.registers.accessors.machine import Memory, Program
from tests.registers.accessors.operations import OPERATIONS, Operation, source
from tests.registers.accessors.toolchains import STRICT, TARGETS, Toolchain, generate

pytest.importorskip("unicorn", reason="the emulator `unicorn` is not installed")
MAP = Path(__file__).parent / "port.kreg"
LINK = ("-g", "-ffreestanding", "-nostdlib", "-Wl,--build-id=none", "-fno-sanitize=all")
SCRIPT = (
    "SECTIONS { . = 0x8000; .text : { KEEP(*(.text*)) *(.rodata*) } /DISCARD/ : { *(.ARM.*) } }\n"
)
BUILDS = [("c", "-Os"), ("c", "-O2"), ("cpp", "-Os"), ("cpp", "-O2"), ("cpp", "-O0"), ("c", "-O0")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made: Path = tmp_path_factory.mktemp("accessors")
    (made / "code.ld").write_text(SCRIPT)
    for language in ("c", "cpp"):
        generate(MAP, language, made)
        (made / f"operations.{language}").write_text(source(language), "utf-8")
    return made


@cache
def build(folder: Path, toolchain: Toolchain, language: str, level: str) -> Program:
    out = folder / f"{toolchain.name}-{language}{level}.elf"
    more = (*STRICT, level, *LINK, f"-Wl,-T,{folder / 'code.ld'}", "-o", str(out))
    ran = toolchain.run(language, folder / f"operations.{language}", *more, include=folder)
    assert ran.returncode == 0, ran.stderr
    return machine.read_elf(out)


@pytest.mark.parametrize("build_", BUILDS, ids="".join)
@pytest.mark.parametrize("toolchain", TARGETS)
def test_what_the_bus_sees(toolchain: Toolchain, build_: tuple[str, str], folder: Path) -> None:
    program = build(folder, toolchain, *build_)
    wrong = {each.name: seen for each in OPERATIONS if (seen := difference(program, each))}
    assert not wrong


@pytest.mark.parametrize("toolchain", TARGETS)
def test_what_is_measured_against_does_the_same(toolchain: Toolchain, folder: Path) -> None:
    """The C with CMSIS macros of the benchmark of code sizes has the same accesses."""
    (folder / "cmsis.c").write_text(by_hand())
    out = folder / f"{toolchain.name}-cmsis.elf"
    more = ("-Os", *LINK, f"-Wl,-T,{folder / 'code.ld'}", "-o", str(out))
    ran = toolchain.run("c", folder / "cmsis.c", *more, include=folder)
    assert ran.returncode == 0, ran.stderr
    program = machine.read_elf(out)
    wrong = {each.name: seen for each in OPERATIONS if (seen := difference(program, each))}
    assert not wrong


def by_hand() -> str:
    functions = (
        f"{'void' if each.returns is None else 'uint32_t'} {each.name}(uint32_t a, uint32_t b)"
        f" {{ (void)a; (void)b; {cmsis.OPERATIONS[each.name]} }}\n"
        for each in OPERATIONS
    )
    return cmsis.HEAD + "".join(functions)


def difference(program: Program, each: Operation) -> object:
    trace, _, returned = machine.run(program, each.name, *each.args, memory=each.memory)
    if trace != each.trace:
        return trace
    return None if each.returns in (None, returned) else returned


@pytest.mark.parametrize("language", ["c", "cpp"])
@pytest.mark.parametrize("toolchain", TARGETS)
def test_a_flag_raised_in_between_survives(
    toolchain: Toolchain, language: str, folder: Path
) -> None:
    """OVR is cleared; FE is raised between load and store, and is still there."""
    program = build(folder, toolchain, language, "-Os")
    sr, ovr, fe = 0x04, 0x2, 0x4

    def raise_fe(memory: Memory) -> None:
        memory[sr] |= fe

    _, after, _ = machine.run(
        program,
        "clear_one_of_two_flags",
        memory={sr: ovr},
        between=raise_fe,
        clears={sr: ovr | fe},
    )
    assert after[sr] & (ovr | fe) == fe


@pytest.mark.parametrize("language", ["c", "cpp"])
@pytest.mark.parametrize("toolchain", TARGETS)
def test_a_lock_keeps_interrupts_out(toolchain: Toolchain, language: str, folder: Path) -> None:
    """An interrupt sets MODE while EN is modified: without a lock between load and store it is
    lost."""
    program = build(folder, toolchain, language, "-Os")

    def set_mode(memory: Memory) -> None:
        memory[0] |= 0x300

    for name, kept in (("locked", 0x300), ("unlocked", 0)):
        _, after, _ = machine.run(program, name, memory={0: 0x30}, between=set_mode)
        assert after[0] == 0x31 | kept, name
