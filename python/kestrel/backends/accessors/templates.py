"""The templates of accessors, and what those of C and C++ ask alike."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from kestrel.backends.accessors.model import SIZES, FieldModel, RegisterModel

FOLDER = Path(__file__).parents[2] / "codegen"
NEUTRAL = {
    None: "stores",
    "woclr": "ones_clear",
    "woset": "ones_set",
    "wot": "ones_toggle",
    "wzc": "zeros_clear",
    "wzs": "zeros_set",
    "wzt": "zeros_toggle",
    "wclr": "any_clears",
    "wset": "any_sets",
    "wuser": "special",
}
"""What a write does to the bits of a field, in the words of the headers."""


ALIASES = {
    "xor": "toggles the bits that are written as 1",
    "set": "sets the bits that are written as 1",
    "clear": "clears the bits that are written as 1",
}


def hexadecimal(value: int, bits: int = 32) -> str:
    return f"0x{value:x}{'ull' if bits > 32 else 'u'}"


def written(field: FieldModel) -> str:
    access = field.field.access
    return NEUTRAL.get(access.onwrite, "stores") if access.writable else "none"


def uint(bits: int) -> str:
    return f"uint{next(each for each in SIZES if each >= bits)}_t"


def readable(register: RegisterModel) -> bool:
    return any(each.field.access.readable for each in register.fields)


def writable(register: RegisterModel) -> bool:
    return any(each.field.access.writable for each in register.fields)


FILTERS = {
    "alias_text": ALIASES.__getitem__,
    "hex": hexadecimal,
    "written": written,
    "uint": uint,
    "readable": readable,
    "writable": writable,
}


@cache
def environment(language: str) -> Any:
    import jinja2  # deferred: few commands write code

    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER / language),
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(FILTERS)
    return made


def support(language: str, name: str, version: str) -> str:
    """A header that every generated one includes."""
    text = (FOLDER / language / name).read_text("utf-8")
    return f"// Of Kestrel {version}.\n{text}"
