"""`kestrel-run decode`: what a value of a register means."""

from __future__ import annotations

import re
from typing import Any

import click

from kestrel import compiler
from kestrel.cli.columns import aligned
from kestrel.cli.options import command
from kestrel.cli.outcome import Outcome
from kestrel.ir.decode import Decoded, decode
from kestrel.ir.flat import FlatRegister, flatten
from kestrel.text.diagnostic import Diagnostic, KestrelError
from kestrel.text.display import harmless
from kestrel.text.hints import nearest
from kestrel.text.render import Pen

NUMBER = re.compile(r"0[xX][0-9a-fA-F_]+|0[bB][01_]+|[0-9][0-9_]*")
HEAD = ("bits", "field", "value", "", "reset", "description")


@command("decode", "text")
@click.argument("words", nargs=-1, required=True, metavar="[FILE] REGISTER VALUE...")
@click.option(
    "--map", "path", metavar="FILE", envvar="KESTREL_MAP", help="The register map [KESTREL_MAP]."
)
@click.option("--patch", "patches", metavar="FILE.kreg", multiple=True, help="What is said of it.")
@click.option("--write", "written", is_flag=True, help="The values are to be written, not read.")
def decode_(
    words: tuple[str, ...], path: str | None, patches: tuple[str, ...], written: bool
) -> Outcome:
    """Say what values of registers mean: `board.kreg UART0.SR 0xC0`.

    A register is named as far as it is the only one: `SR`, where one peripheral has such.
    """
    if compiler.is_map(words[0]):
        path, words = words[0], words[1:]
    if path is None:
        raise click.UsageError("FILE, or --map, says which registers there are")
    if not words or len(words) % 2:
        raise click.UsageError("each register needs a value")
    device, _ = compiler.load_registers(path, patches)
    registers = list(flatten(device))
    way = "write" if written else "read"
    found = [
        decode(register := _find(registers, name, path), _value(text, register, path), way)
        for name, text in zip(words[::2], words[1::2], strict=True)
    ]
    result = {"status": "decoded", "registers": [_to_dict(each) for each in found]}
    return Outcome(result, {"text": lambda pen: "\n".join(_text(each, pen) for each in found)})


def _find(registers: list[FlatRegister], name: str, path: str) -> FlatRegister:
    """Raises KestrelError: KR0911, there is none; KR0912, there are several."""
    wanted = name.lower()
    exact = [each for each in registers if each.path.lower() == wanted]
    short = exact or [each for each in registers if each.path.lower().endswith(f".{wanted}")]
    if len(short) == 1:
        return short[0]
    if short:
        some = ", ".join(each.path for each in short[:5])
        raise _wrong("KR0912", path, name=name, some=some)
    names = [each.path for each in registers]
    near = nearest(name, [*names, *(each.partition(".")[2] for each in names)])
    hint = f"; did you mean `{near}`?" if near else ""
    raise _wrong("KR0911", path, name=name, hint=hint)


def _value(text: str, register: FlatRegister, path: str) -> int:
    """Raises KestrelError: KR0913, it is no number, or does not fit."""
    value = int(text.replace("_", ""), 0) if NUMBER.fullmatch(text) and _plain(text) else -1
    if value < 0 or value >> register.of.width:
        raise _wrong("KR0913", path, text=text, width=register.of.width, name=register.path)
    return value


def _plain(text: str) -> bool:
    """A leading zero is none of these."""
    return not (len(text) > 1 and text[0] == "0" and text[1].isdigit()) and len(text) < 400


def _wrong(code: str, path: str, **values: Any) -> KestrelError:
    return KestrelError([Diagnostic.make(code, file=path, **values)])


def _to_dict(each: Decoded) -> dict[str, Any]:
    return {
        "path": each.path,
        "address": each.address,
        "value": each.value,
        "reserved": each.reserved,
        "fields": [
            {
                "name": field.field,
                "lsb": field.lsb,
                "width": field.msb - field.lsb + 1,
                "value": field.value,
                "enum": field.name or None,
                "reset": field.was,
                "changed": field.changed,
            }
            for field in each.fields
        ],
    }


def _text(each: Decoded, pen: Pen) -> str:
    digits = -(-each.width // 4)
    place = f"at 0x{each.address:08X} = 0x{each.value:0{digits}X}"
    head = f"{pen('bold', harmless(each.path))} {place}\n"
    rows = [
        (
            f"{field.msb}:{field.lsb}" if field.msb > field.lsb else str(field.lsb),
            field.field,
            f"0x{field.value:X}" if field.value > 9 else str(field.value),
            field.name,
            _reset(field.was, changed=field.changed),
            field.doc,
        )
        for field in each.fields
    ]
    table = aligned(HEAD, rows, pen, "  ") if rows else ""
    more = f"  bits of no field: 0x{each.reserved:X}\n" if each.reserved else ""
    return head + table + more


def _reset(was: int | None, *, changed: bool) -> str:
    if was is None:
        return "?"
    return f"≠ {was:#x}" if changed else "="
