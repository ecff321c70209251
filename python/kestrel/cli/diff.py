"""`kestrel-run diff`: what would change, and whether it is safe."""

from __future__ import annotations

import sys
from typing import Any

import click

import kestrel
from kestrel import compiler, inputs
from kestrel.changes.plan import Plan
from kestrel.cli import exits
from kestrel.cli.comparing import (
    Comparison,
    compare_configs,
    compare_schemas,
    parse_day,
    requirements,
)
from kestrel.cli.options import command
from kestrel.cli.outcome import Form, Outcome
from kestrel.cli.plan_text import (
    plan_to_dict,
    plan_to_markdown,
    plan_to_table,
    schema_to_markdown,
    schema_to_table,
)
from kestrel.cli.reloading import Wishes, apply_plan
from kestrel.cli.writing import write_whole
from kestrel.data.files import split_name
from kestrel.data.gitfiles import is_git
from kestrel.text.remarks import Remark
from kestrel.text.render import Pen


@command("diff", "table", "markdown", "sarif", "github", audit=True)
@click.argument("old")
@click.argument("new")
@click.option("--schema", metavar="FILE#NAME", help="The schema of data files.")
@click.option("-o", "--output", metavar="FILE", help="Write the plan there, as JSON.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 if there is a difference.")
@click.option(
    "--require",
    multiple=True,
    metavar="[PATH=]backward|forward|full",
    help="Refuse a change of schema that is not compatible in this direction, everywhere or at "
    "PATH and below. Comes before the `[require]` of kestrel.toml; repeatable.",
)
@click.option(
    "--as-of",
    metavar="DAY",
    help="The day before which a field has to be deprecated for its removal not to count, and on "
    "which exemptions are looked at [default: no such day; today, UTC].",
)
@click.option(
    "--data",
    multiple=True,
    metavar="CONFIG",
    help="A config of the schema OLD, to ask where a verdict depends on data; repeatable.",
)
@click.option("--new-data", multiple=True, metavar="CONFIG", help="The same of the schema NEW.")
@click.option("--same-hardware", is_flag=True, help="Two register maps describe the same silicon.")
@click.option(
    "--compat-header", metavar="FILE.h", help="Old C names of registers, by the new ones."
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
    require: tuple[str, ...],
    as_of: str | None,
    data: tuple[str, ...],
    new_data: tuple[str, ...],
    same_hardware: bool,
    compat_header: str | None,
    apply_it: bool,
    state: str | None,
    yes: bool,
    allow: tuple[str, ...],
    audit: bool,
) -> Outcome:
    """Compare configs or schemas: FILE, FILE.ks#NAME, git:REV:path, STATE or STATE@GENERATION;
    or two register maps of any format."""
    if compiler.is_map(old) or compiler.is_map(new):
        from kestrel.cli.diff_maps import Wanted, diff_maps  # deferred: configs are more often

        return diff_maps(old, new, Wanted(same_hardware, compat_header, output, exit_code))
    required, day = requirements(require), parse_day("--as-of", as_of)
    if inputs.means_schema(old) and inputs.means_schema(new):
        found = compare_schemas(old, new, data, new_data, required, day)
        return _of_schemas(found, new, exit_code)
    if data or new_data:
        raise click.UsageError("--data and --new-data are for two schemas")
    found = compare_configs(old, new, schema, required, day)
    plan = found.plan
    assert plan is not None
    if found.judged.refused:
        return _of_plan(found, plan, new, exit_code)
    if output is not None:
        write_whole(output, plan.to_json())
    if apply_it:
        _ask(plan, state, yes)
        return apply_plan(str(state), plan, Wishes(allow=frozenset(allow)), preview=yes)
    return _of_plan(found, plan, new, exit_code)


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


def _of_plan(found: Comparison, plan: Plan, new: str, exit_code: bool) -> Outcome:
    shown = found.findings
    forms: dict[str, Form] = {
        "table": lambda pen: plan_to_table(plan, pen, shown),
        "markdown": lambda _: plan_to_markdown(plan, shown),
    }
    result = {
        "status": "planned" if plan else "unchanged",
        **plan_to_dict(plan),
        "findings": shown,
    }
    return _outcome(found, result, forms, new, exit_code)


def _of_schemas(found: Comparison, new: str, exit_code: bool) -> Outcome:
    schemas, shown = found.schemas, found.findings
    assert schemas is not None
    forms: dict[str, Form] = {
        "table": lambda pen: schema_to_table(schemas, shown, pen),
        "markdown": lambda _: schema_to_markdown(schemas, shown),
    }
    result = {
        "status": "different" if schemas else "unchanged",
        "verdict": schemas.verdict,
        "readers": schemas.readers,
        "old": schemas.old.digest,
        "new": schemas.new.digest,
        "findings": shown,
    }
    return _outcome(found, result, forms, new, exit_code)


def _outcome(
    found: Comparison,
    result: dict[str, Any],
    forms: dict[str, Form],
    new: str,
    exit_code: bool,
) -> Outcome:
    diagnostics = found.judged.diagnostics
    code = exits.FOUND if exit_code and found else exits.DONE
    return Outcome(
        result,
        forms | _for_tools(found, new),
        diagnostics,
        audit_id=None if found.plan is None else found.plan.audit_id,
        exit=exits.of_diagnostics(diagnostics) or code,
    )


def _for_tools(found: Comparison, new: str) -> dict[str, Form]:
    """SARIF and workflow commands, made when they are asked for."""
    from kestrel.text.github import github_of
    from kestrel.text.sarif import sarif_of

    return {
        "sarif": lambda _: sarif_of(_remarks(found, new), kestrel.__version__),
        "github": lambda _: github_of(_remarks(found, new)),
    }


def _remarks(found: Comparison, new: str) -> list[Remark]:
    from kestrel.cli import change_remarks

    file = None if is_git(new) or inputs.is_state(new) else split_name(new)[0]
    made = change_remarks.of_diagnostics(found.judged.diagnostics)
    if found.schemas is not None:
        judged = found.judged.findings
        made += change_remarks.of_findings(found.schemas, judged, found.findings, file)
    if found.plan is not None:
        document = inputs.read_document(new, found.plan) if file is not None else None
        made += change_remarks.of_values(found.plan, document, file)
    return made
