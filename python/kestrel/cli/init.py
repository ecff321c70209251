"""`kestrel-run init`: a new state."""

from __future__ import annotations

import click

from kestrel import inputs
from kestrel.cli.options import command
from kestrel.cli.outcome import Outcome
from kestrel.cli.values import with_state
from kestrel.runtime import create


@command("init", "text", audit=True)
@click.argument("words", nargs=-1, metavar="[STATE]")
@click.option("--config", required=True, metavar="FILE#NAME", help="What it holds first.")
@click.option("--schema", metavar="FILE#NAME", help="The schema; a `.ks` config knows its own.")
def init(words: tuple[str, ...], config: str, schema: str | None, audit: bool) -> Outcome:
    """Make a state that programs open, and that `reload` changes."""
    (state,) = with_state(words)
    read = inputs.read_schema(schema) if schema else None
    first = inputs.read_end(config, read).config
    if read is not None and first.schema != read:
        first = read.decode(first.to_json())
    create.init(state, first)
    head = inputs.read_end(state)
    result = {
        "status": "created",
        "generation": head.binding.generation if head.binding else None,
        "schema": first.schema.name,
        "digest": head.config.digest,
    }
    said = f"created {state}: generation 1 of {first.schema.name}\n"
    return Outcome(result, {"text": lambda _: said})
