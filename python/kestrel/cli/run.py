"""`kestrel-run`: the table of its commands."""

from __future__ import annotations

from typing import NoReturn

import click

import kestrel
from kestrel.cli.entry import run
from kestrel.cli.group import LazyGroup, Row

COMMANDS = {
    "lint": Row("kestrel.cli.lint:lint", "Check files: syntax, types, configs, examples."),
    "explain": Row("kestrel.cli.explain:explain", "Say what a diagnostic code means, by example."),
    "demo": Row("kestrel.cli.demo:demo", "Show a live change of a running gateway."),
}
ALIASES = {"apply": "reload"}

GROUP = click.version_option(kestrel.__version__, prog_name="kestrel-run")(
    LazyGroup(
        "kestrel-run",
        COMMANDS,
        ALIASES,
        "Check typed configurations, and change them safely while programs run.",
    )
)


def main() -> NoReturn:
    run(GROUP)


if __name__ == "__main__":
    main()
