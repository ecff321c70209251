"""`kestrel-gen`: what is made of sources at build time; the table of its commands."""

from __future__ import annotations

from typing import NoReturn

import click

import kestrel
from kestrel.cli.entry import run
from kestrel.cli.group import LazyGroup, Row

COMMANDS = {
    "json-schema": Row("kestrel.cli.generate:json_schema", "Write a schema as JSON Schema."),
    "pyi": Row("kestrel.cli.generate:pyi", "Write the Python types of a schema's configs."),
    "regs": Row("kestrel.cli.registers:regs", "Write a register map for programs and people."),
    "ffi": Row("kestrel.cli.ffi:ffi", "Write functions as C++ and as a Python module."),
    "import": Row(
        "kestrel.cli.generate:import_",
        "Make Kestrel files of JSON Schema, SVD, SystemRDL and Hjson.",
    ),
}

GROUP = click.version_option(kestrel.__version__, prog_name="kestrel-gen")(
    LazyGroup(
        "kestrel-gen",
        COMMANDS,
        {},
        "Generate files from schemas and register maps, and these from files.",
    )
)


def main() -> NoReturn:
    run(GROUP)


if __name__ == "__main__":
    main()
