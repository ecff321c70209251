"""A Cortex-M4 that runs one function and tells how it reached the bus."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import msgspec

CODE, STACK, PORT, SIZE = 0x8000, 0x2000_0000, 0x4001_1000, 0x2000
END = CODE + 0xF000
Access = tuple[str, int, int, int]
"""`R` or `W`, the offset from the port, bytes, and the value."""
Interrupt = Callable[["Memory"], None]


class Program(msgspec.Struct, frozen=True):
    """What a linker made: bytes by their address, and addresses of functions."""

    segments: tuple[tuple[int, bytes], ...]
    functions: dict[str, int]


def read_elf(path: Path) -> Program:
    """A 32-bit little-endian ELF file. TIS ELF 1.2: headers, segments and symbols."""
    data = path.read_bytes()
    phoff, shoff = struct.unpack_from("<II", data, 28)
    phentsize, phnum, shentsize, shnum = struct.unpack_from("<HHHH", data, 42)
    segments = []
    for i in range(phnum):
        kind, offset, address, _, size = struct.unpack_from("<IIIII", data, phoff + i * phentsize)
        if kind == 1 and size and CODE <= address < END:  # not the headers of the file
            segments.append((address, data[offset : offset + size]))
    sections = [struct.unpack_from("<10I", data, shoff + i * shentsize) for i in range(shnum)]
    functions = {}
    for each in (s for s in sections if s[1] == 2):
        names = sections[each[6]][4]
        for at in range(each[4], each[4] + each[5], 16):
            name, value, _, info = struct.unpack_from("<IIIB", data, at)
            if info & 15 == 2:
                end = data.index(b"\0", names + name)
                functions[data[names + name : end].decode()] = value
    return Program(tuple(segments), functions)


class Memory:
    """The words of the port, as the machine and its peripherals see them."""

    def __init__(self, machine: object) -> None:
        self.machine = machine

    def __getitem__(self, offset: int) -> int:
        return int(struct.unpack("<I", self.machine.mem_read(PORT + offset, 4))[0])  # type: ignore[attr-defined]

    def __setitem__(self, offset: int, value: int) -> None:
        self.machine.mem_write(PORT + offset, struct.pack("<I", value))  # type: ignore[attr-defined]


def run(
    program: Program,
    function: str,
    *args: int,
    memory: dict[int, int] | None = None,
    between: Interrupt | None = None,
    clears: dict[int, int] | None = None,
) -> tuple[list[Access], Memory, int]:
    """Call a function; gives the accesses, the memory after it, and what it returned.

    `between` happens once after the first load, unless interrupts are off (PRIMASK): then after
    they are on again. `clears`: bits that a write of 1 clears, by their register.
    """
    import unicorn
    from unicorn import arm_const as arm

    machine = unicorn.Uc(unicorn.UC_ARCH_ARM, unicorn.UC_MODE_THUMB | unicorn.UC_MODE_MCLASS)
    machine.ctl_set_cpu_model(arm.UC_CPU_ARM_CORTEX_M4)
    machine.mem_map(CODE, 0x1_0000)
    machine.mem_map(STACK, 0x1_0000)
    machine.mem_map(PORT, SIZE)
    for address, data in program.segments:
        machine.mem_write(address, data)
    seen = Memory(machine)
    for offset, value in (memory or {}).items():
        seen[offset] = value
    log: list[Access] = []
    waiting = [between] if between else []
    loaded = [False]

    def on_access(_: object, kind: int, address: int, size: int, value: int, __: object) -> None:
        offset = address - PORT
        if not 0 <= offset < SIZE:
            return
        if kind == unicorn.UC_MEM_WRITE:
            log.append(("W", offset, size, value & (1 << 8 * size) - 1))
            return
        now = int.from_bytes(machine.mem_read(address, size), "little")
        log.append(("R", offset, size, now))
        loaded[0] = True

    def on_step(*_: object) -> None:
        if waiting and loaded[0] and not machine.reg_read(arm.UC_ARM_REG_PRIMASK):
            waiting.pop()(seen)

    def on_write(_: object, __: int, address: int, size: int, value: int, ___: object) -> None:
        mask = (clears or {}).get(address - PORT)
        if mask is not None:
            kept = seen[address - PORT] & mask & ~value
            pending.append((address - PORT, mask, kept))

    pending: list[tuple[int, int, int]] = []

    def settle(*_: object) -> None:
        while pending:
            offset, mask, kept = pending.pop()
            seen[offset] = seen[offset] & ~mask | kept

    machine.hook_add(unicorn.UC_HOOK_MEM_READ | unicorn.UC_HOOK_MEM_WRITE, on_access)
    machine.hook_add(unicorn.UC_HOOK_MEM_WRITE, on_write)
    machine.hook_add(unicorn.UC_HOOK_CODE, settle)
    machine.hook_add(unicorn.UC_HOOK_CODE, on_step)
    for i, value in enumerate(args):
        machine.reg_write(arm.UC_ARM_REG_R0 + i, value)
    machine.reg_write(arm.UC_ARM_REG_SP, STACK + 0xFF00)
    machine.reg_write(arm.UC_ARM_REG_LR, END | 1)
    machine.emu_start(program.functions[function] | 1, END, count=20_000)
    settle()
    if waiting:
        waiting.pop()(seen)
    return log, seen, machine.reg_read(arm.UC_ARM_REG_R0)
