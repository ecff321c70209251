"""`kestrel-run decode`: what a value of a register means."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click

from kestrel import compiler
from kestrel.cli.decode_text import decoded_to_dict, decoded_to_text
from kestrel.cli.options import command
from kestrel.cli.outcome import Outcome
from kestrel.ir.decode import Decoded, decode, width_of
from kestrel.ir.lookup import Found, field_names, find, going_on, without_index
from kestrel.ir.registers import Device
from kestrel.text.diagnostic import Diagnostic, KestrelError
from kestrel.text.hints import nearest

NUMBER = re.compile(r"0[xX][0-9a-fA-F][0-9a-fA-F_]*|0[bB][01][01_]*|[1-9][0-9_]*|0")
"""A leading zero is none of these."""
BARE_HEX = re.compile(r"[0-9a-fA-F][0-9a-fA-F_]*")
MOST_DIGITS = 1026
"""Of a value: `0b`, and as many as a register has bits at most."""
MOST_LISTED = 8


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

    A register is named as far as it is the only one: `SR`, where one peripheral has such. Behind
    it there may be a field: `UART0.CR.BAUD 3`. Values are decimal, `0xC0` or `0b1100_0000`.
    """
    if compiler.is_map(words[0]):
        path, words = words[0], words[1:]
    if path is None:
        raise click.UsageError("FILE, or --map, says which registers there are")
    if not words or len(words) % 2:
        raise click.UsageError("each register needs a value")
    device, _ = compiler.load_registers(path, patches)
    pairs = list(zip(words[::2], words[1::2], strict=True))
    found = _all(device, path, pairs, "write" if written else "read")
    result = {"status": "decoded", "registers": [decoded_to_dict(each) for each in found]}
    return Outcome(result, {"text": lambda pen: decoded_to_text(found, pen)})


def _all(device: Device, path: str, pairs: list[tuple[str, str]], way: str) -> list[Decoded]:
    """Raises KestrelError: all that is wrong."""
    made: list[Decoded] = []
    wrong: list[Diagnostic] = []
    for name, text in pairs:
        try:
            found = _find(device, name, path)
            made += [decode(each, _value(text, each, path), way) for each in found]
        except KestrelError as error:
            wrong += error.diagnostics
    if wrong:
        raise KestrelError(wrong)
    return made


def _find(device: Device, name: str, path: str) -> list[Found]:
    """One, but where registers have the very same path.

    Raises:
        KestrelError: KR0911, there is none; KR0912, there are several.
    """
    found = find(device, name)
    if not found:
        helps = tuple(_near(device, name))
        raise KestrelError([Diagnostic.make("KR0911", file=path, helps=helps, name=name)])
    called = list(dict.fromkeys(each.name for each in found))
    if len(called) > 1:
        some = _listed(called)
        raise KestrelError([Diagnostic.make("KR0912", file=path, name=name, some=some)])
    return found


def _value(text: str, place: Found, path: str) -> int:
    """Raises KestrelError: KR0913, it is no number, or does not fit."""
    width = width_of(place)
    plain = text.replace("_", "")
    value = int(plain, 0) if NUMBER.fullmatch(text) and len(plain) <= MOST_DIGITS else -1
    if 0 <= value < 1 << width:
        return value
    hexadecimal = value < 0 and len(plain) <= width // 4 and BARE_HEX.fullmatch(text)
    helps = [f"did you mean `0x{plain}`?"] if hexadecimal else []
    found = Diagnostic.make(
        "KR0913", file=path, helps=helps, text=text, width=width, name=place.name
    )
    raise KestrelError([found])


# ---------------------------------------------------------------- what somebody may have meant


def _near(device: Device, name: str) -> Iterator[str]:
    """A field of the register, if there is that, or a register."""
    owner, _, field = name.rpartition(".")
    registers = find(device, owner) if owner else []
    if registers:
        inside = [each for found in registers for each in field_names(found.register)]
        near = nearest(field, inside)
        yield from [f"did you mean `{owner}.{near}`?"] if near else _there_is(inside)
        return
    yield from _near_register(device, name)


def _near_register(device: Device, name: str) -> tuple[str, ...]:
    """Part by part, from the first that leads to nothing."""
    wanted = name.split(".")
    depth, following = going_on(device, name)
    known = "".join(f"{each}." for each in wanted[:depth])
    if depth == len(wanted):
        return _there_is([f"{known}{each}" for items in following.values() for each in items])
    wrong, rest = wanted[depth], "".join(f".{each}" for each in wanted[depth + 1 :])
    plain = without_index(wrong)
    if plain in following:
        return _there_is([f"{known}{each}" for each in following[plain]])
    near = nearest(plain, following)
    if near is None:
        return ()
    same_item = f"{near}{wrong.removeprefix(plain)}"
    item = same_item if same_item in following[near] else following[near][0]
    better = f"{known}{item}{rest}"
    if not rest or find(device, better):
        return (f"did you mean `{better}`?",)
    return _near_register(device, better) or (f"did you mean `{known}{item}`?",)


def _there_is(inside: list[str]) -> tuple[str, ...]:
    return (f"there is {_listed(inside)}",) if inside else ()


def _listed(found: list[str]) -> str:
    shown = ", ".join(f"`{each}`" for each in found[:MOST_LISTED])
    more = len(found) - MOST_LISTED
    return f"{shown} and {more} more" if more > 0 else shown
