"""`kestrel-run diff`: what would change, and whether it is safe."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import msgspec

import kestrel
from kestrel import inputs
from kestrel.changes.findings import hinders
from kestrel.changes.plan import Plan
from kestrel.changes.policy import Policy, Requirement
from kestrel.changes.schema_diff import SchemaDiff
from kestrel.cli import exits
from kestrel.cli.options import command
from kestrel.cli.outcome import Outcome
from kestrel.cli.plan_text import (
    plan_to_dict,
    plan_to_markdown,
    plan_to_table,
    schema_to_markdown,
    schema_to_table,
)
from kestrel.cli.reloading import Wishes, apply_plan
from kestrel.cli.writing import write_whole
from kestrel.text.diagnostic import Diagnostic, KestrelError
from kestrel.text.render import Pen


@command("diff", "table", "markdown", audit=True)
@click.argument("old")
@click.argument("new")
@click.option("--schema", metavar="FILE#NAME", help="The schema of data files.")
@click.option("-o", "--output", metavar="FILE", help="Write the plan there, as JSON.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 if there is a difference.")
@click.option(
    "--require",
    type=click.Choice(("backward", "forward", "full")),
    help="Refuse a change of schema that is not compatible in this direction.",
)
@click.option("--apply", "apply_it", is_flag=True, help="Apply the plan to the state --state.")
@click.option("--state", metavar="STATE", envvar="KESTREL_STATE", help="The state of --apply.")
@click.option("--yes", is_flag=True, help="Apply without asking.")
@click.option("--allow", multiple=True, metavar="WHAT", help="With --apply, as `reload` has it.")
def diff(
    old: str,
    new: str,
    schema: str | None,
    output: str | None,
    exit_code: bool,
    require: Requirement | None,
    apply_it: bool,
    state: str | None,
    yes: bool,
    allow: tuple[str, ...],
    audit: bool,
) -> Outcome:
    """Compare configs or schemas: FILE, FILE.ks#NAME, git:REV:path, STATE or STATE@GENERATION."""
    if inputs.means_schema(old) and inputs.means_schema(new):
        schemas = kestrel.diff(inputs.read_schema(old), inputs.read_schema(new))
        _require(schemas, require)
        return _of_schemas(schemas, exit_code)
    plan = make_plan(old, new, schema)
    if plan.ends is not None:
        _require(kestrel.diff(*plan.ends), require)
    if output is not None:
        write_whole(output, plan.to_json())
    if apply_it:
        _ask(plan, state, yes)
        return apply_plan(str(state), plan, Wishes(allow=frozenset(allow)), preview=yes)
    return _of_plan(plan, exit_code)


def make_plan(old: str, new: str, schema: str | None = None) -> Plan:
    """The plan between two arguments; data files are read by `schema`, or the other side's."""
    read = inputs.read_schema(schema) if schema else None
    if read is None and inputs.is_data(old):
        read = inputs.read_end(new).config.schema
    base = inputs.read_end(old, read)
    target = inputs.read_end(new, read or base.config.schema)
    policy = Policy.find(Path.cwd())
    return kestrel.plan(base.config, target.config, state=base.binding, policy=policy)


def _require(schemas: SchemaDiff, require: Requirement | None) -> None:
    """Raises KestrelError (KS0911), naming the findings that stand in the way."""
    if require is None or schemas.meets(require):
        return
    found = [f"{f.rule} at {f.path}: {f.message}" for f in schemas if hinders(f, require)]
    raise KestrelError([Diagnostic.make("KS0911", notes=found, require=require)])


def _ask(plan: Plan, state: str | None, yes: bool) -> None:
    """Raises click's exceptions where nobody says yes."""
    context = click.get_current_context()
    if state is None:
        raise click.UsageError("--apply needs --state STATE", context)
    if yes:
        return
    if not sys.stdin.isatty():
        raise click.UsageError("nobody can be asked here: --apply needs --yes", context)
    click.echo(plan_to_table(plan, Pen()), err=True)
    click.confirm(f"Apply it to {state}?", abort=True, err=True)


def _of_plan(plan: Plan, exit_code: bool) -> Outcome:
    forms = {
        "table": lambda pen: plan_to_table(plan, pen),
        "markdown": lambda _: plan_to_markdown(plan),
    }
    result = {"status": "planned" if plan else "unchanged", **plan_to_dict(plan)}
    code = exits.FOUND if exit_code and plan else exits.DONE
    return Outcome(result, forms, audit_id=plan.audit_id, exit=code)


def _of_schemas(schemas: SchemaDiff, exit_code: bool) -> Outcome:
    forms = {
        "table": lambda pen: schema_to_table(schemas, pen),
        "markdown": lambda _: schema_to_markdown(schemas),
    }
    result = {
        "status": "different" if schemas else "unchanged",
        "verdict": schemas.verdict,
        "old": schemas.old.digest,
        "new": schemas.new.digest,
        "findings": msgspec.to_builtins(schemas.findings),
    }
    code = exits.FOUND if exit_code and schemas else exits.DONE
    return Outcome(result, forms, exit=code)
