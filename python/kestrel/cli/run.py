"""`kestrel-run`: the table of its commands."""

from __future__ import annotations

from typing import NoReturn

import click

import kestrel
from kestrel.cli.entry import run
from kestrel.cli.group import LazyGroup, Row

COMMANDS = {
    "effects": Row("kestrel.cli.effects:effects", "Print what functions may do, and why."),
    "lint": Row("kestrel.cli.lint:lint", "Check files: syntax, types, configs, examples."),
    "diff": Row("kestrel.cli.diff:diff", "Show what would change, and whether it is safe."),
    "init": Row("kestrel.cli.init:init", "Make a state that programs open."),
    "reload": Row("kestrel.cli.reload:reload", "Apply a change to running programs, or undo it."),
    "watch": Row("kestrel.cli.watch:watch", "Apply a file whenever it changes."),
    "confirm": Row("kestrel.cli.confirm:confirm", "Keep a change that waits to be confirmed."),
    "abort": Row("kestrel.cli.confirm:abort", "Take back a change that waits to be confirmed."),
    "status": Row("kestrel.cli.status:status", "Show what runs, where, since when."),
    "history": Row("kestrel.cli.status:history", "List the generations of a state."),
    "show": Row("kestrel.cli.status:show", "Show a state's config, or a plan."),
    "reconcile": Row("kestrel.cli.reconcile:reconcile", "Does everybody run what the state says?"),
    "audit": Row("kestrel.cli.audit:audit", "Verify, export and follow the audit log."),
    "metrics": Row("kestrel.cli.metrics:metrics", "Show or serve metrics for Prometheus."),
    "check": Row(
        "kestrel.cli.check:check", "Go through a checklist: embedded, rollback, metrics, release."
    ),
    "state": Row("kestrel.cli.state:state", "Back up, restore and tidy a state's file."),
    "decode": Row("kestrel.cli.decode:decode_", "Say what a value of a register means."),
    "explain": Row("kestrel.cli.explain:explain", "Say what a diagnostic code means, by example."),
    "demo": Row("kestrel.cli.demo:demo", "Show a live change of a running gateway."),
}
ALIASES = {"apply": "reload", "plan": "diff"}

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
