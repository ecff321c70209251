"""What commands take as arguments, and what is behind them.

gateway.ks  gateway.ks#prod     a config (or schema) of a `.ks` file
prod.yaml                       a data file, read by a schema
git:HEAD~1:gateway.ks#prod      either, as it was in a git revision
runtime.state  runtime.state@7  what a state holds: its head, or generation 7
change.json                     a plan, where one is welcome
"""

from __future__ import annotations

import re
from contextlib import AbstractContextManager, closing, nullcontext
from pathlib import Path
from typing import NamedTuple

import msgspec

from kestrel import compiler
from kestrel._core import Snapshot
from kestrel.changes.members import Binding
from kestrel.changes.plan import Plan
from kestrel.data.document import Document
from kestrel.data.files import FORMATS, is_ks, split_name
from kestrel.data.gitfiles import git_file, is_git
from kestrel.data.module import Module
from kestrel.data.schema import Schema
from kestrel.runtime import report
from kestrel.runtime.report import Shown
from kestrel.runtime.statefile import StateFile
from kestrel.text.diagnostic import Diagnostic, InvalidConfig
from kestrel.text.read import read_source

_STATE = re.compile(r"(?P<path>.+?)(?:@(?P<number>\d+))?")


class End(NamedTuple):
    """One end of a change. `binding` says of which state and generation it is, if it is of one."""

    config: Snapshot
    binding: Binding | None = None


def read_end(argument: str, schema: Schema | None = None) -> End:
    """The config that an argument means; data files are read by `schema`.

    Raises:
        KestrelError: whatever is wrong with it.
    """
    if is_state(argument):
        shown, binding = _of_state(argument)
        return End(shown.snapshot, binding)
    with as_file(argument) as path:
        if is_ks(split_name(path)[0]):
            file, name = split_name(path)
            return End(Module.load(file).config(name))
        if schema is None:
            raise InvalidConfig([Diagnostic.make("KS0906", file=argument)])
        return End(schema.load(path))


def read_schema(argument: str) -> Schema:
    """The schema that an argument means, which for a state is its head's."""
    if is_state(argument):
        schema: Schema = read_state(argument).snapshot.schema
        return schema
    with as_file(argument) as path:
        return compiler.find_schema(path)


def read_document(argument: str, plan: Plan) -> Document | None:
    """The data file that a plan's target was read from, for the places in it; None: it is none."""
    if not is_data(argument) or plan.ends is None:
        return None
    schema: Schema = plan.ends[1].schema
    return schema.read(argument)


def means_schema(argument: str) -> bool:
    """Does an argument name a schema rather than a config? A file without configs does."""
    if is_state(argument):
        return False
    with as_file(argument) as path:
        file, name = split_name(path)
        if not is_ks(file):
            return False
        module = Module.load(file)
        return name in module.schemas if name else not module.configs


def is_data(argument: str) -> bool:
    """A JSON, YAML or TOML file, which does not know its schema."""
    return _suffix(argument) in FORMATS


def is_state(argument: str) -> bool:
    """Neither a file of a known kind, nor out of git."""
    return not is_git(argument) and _suffix(argument) not in (".ks", *FORMATS)


def read_plan(argument: str) -> Plan | None:
    """The plan in a file; None where the file is something else."""
    if is_git(argument) or _suffix(argument) != ".json":
        return None
    data = read_source(argument).data
    try:
        header = msgspec.json.decode(data, type=_PlanHeader)
    except (msgspec.DecodeError, RecursionError):
        return None
    looks = header.audit_id is not None and header.change_set is not None
    return Plan.from_json(data, argument) if looks else None


class _PlanHeader(msgspec.Struct):
    audit_id: str | None = None
    change_set: list[msgspec.Raw] | None = None


def read_state(argument: str) -> Shown:
    """What `STATE` or `STATE@GENERATION` holds.

    Raises:
        StateError: no state, no such generation, or it is damaged.
    """
    return _of_state(argument)[0]


def _of_state(argument: str) -> tuple[Shown, Binding]:
    match = _STATE.fullmatch(argument)
    path, number = (match["path"], match["number"]) if match else (argument, None)
    with closing(StateFile(path, "read")) as state:
        shown = report.show(state, int(number) if number else None)
        return shown, Binding(state.meta("log_id"), shown.generation.number)


def as_file(argument: str) -> AbstractContextManager[str]:
    """The path of a file argument, taken out of git where it is of a revision."""
    return git_file(argument) if is_git(argument) else nullcontext(argument)


def _suffix(argument: str) -> str:
    return Path(split_name(argument)[0]).suffix.lower()
