"""`kestrel-run check`: checklists, item by item with the evidence. A new one is a row of
`CHECKLISTS`, a function here with its options, and a file in `kestrel/checklists/`."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable

import click
import msgspec

from kestrel.changes.policy import Requirement
from kestrel.checklists.items import Item
from kestrel.cli import exits
from kestrel.cli.group import LazyGroup, Row
from kestrel.cli.options import command
from kestrel.cli.outcome import Outcome
from kestrel.data.gitfiles import PREFIX, is_git
from kestrel.text.diagnostic import Diagnostic, KestrelError
from kestrel.text.display import harmless
from kestrel.text.render import Pen

states = click.argument("states", nargs=-1, metavar="[STATE]...")


@command("check embedded", "text", "markdown")
@click.argument("maps", nargs=-1, metavar="MAP...", required=True)
@click.option("--headers", metavar="DIR", help="Where committed headers are.")
def embedded(maps: tuple[str, ...], headers: str | None) -> Outcome:
    """Look at register maps: errors, committed headers, interrupt masks, a fail-safe sequence."""
    from kestrel.checklists import embedded as checklist

    return told("embedded", [item for path in maps for item in checklist.check(path, headers)])


@command("check rollback", "text", "markdown")
@states
def rollback(states: tuple[str, ...]) -> Outcome:
    """Rehearse a rollback of each state, on a copy of it."""
    from kestrel.checklists import rollback as checklist

    return told("rollback", [item for path in given(states) for item in checklist.check(path)])


@command("check metrics", "text", "markdown")
@states
@click.option(
    "--url",
    "urls",
    multiple=True,
    metavar="URL",
    help="Where they are, one for each state [http://127.0.0.1:9464/metrics].",
)
@click.option(
    "--slo",
    "slos",
    multiple=True,
    metavar="NAME=VALUE",
    help="latency_ms, error_rate, throughput_per_min, replica_drift, pending_confirm_seconds.",
)
def metrics(states: tuple[str, ...], urls: tuple[str, ...], slos: tuple[str, ...]) -> Outcome:
    """Look whether metrics are reachable, are of the state, and within the objectives."""
    from kestrel.checklists import metrics as checklist
    from kestrel.checklists.objectives import Objective

    paths = given(states)
    places = urls or (checklist.DEFAULT_URL,) * (len(paths) == 1)
    if len(places) != len(paths):
        why = f"{len(paths)} states need as many --url, and {len(urls)} are given"
        raise click.UsageError(why, click.get_current_context())
    objectives = [Objective.parse(slo) for slo in slos]
    places = tuple(checklist.check_url(place) for place in places)
    pairs = zip(paths, places, strict=True)
    return told("metrics", [item for pair in pairs for item in checklist.check(*pair, objectives)])


@command("check release", "text", "markdown")
@states
@click.option("--source", "sources", multiple=True, metavar="FILE.ks", help="What is released.")
@click.option("--since", metavar="git:REV", help="The last release, to compare schemas with.")
@click.option(
    "--require",
    type=click.Choice(("backward", "forward", "full")),
    default="backward",
    help="How schemas must be compatible with the last release [backward].",
)
def release(
    states: tuple[str, ...], sources: tuple[str, ...], since: str | None, require: Requirement
) -> Outcome:
    """Look whether sources and states are fit to be released."""
    from kestrel.checklists import release as checklist

    if since is not None and (not is_git(since) or ":" in since.removeprefix(PREFIX)):
        raise KestrelError([Diagnostic.make("KS0909", argument=since, why="write `git:REV`")])
    if since is not None and not sources:
        raise click.UsageError("--since needs --source FILE.ks", click.get_current_context())
    paths = states if states or sources else given(states)
    return told("release", list(checklist.check(paths, sources, since, require)))


def given(states: tuple[str, ...]) -> tuple[str, ...]:
    """The states, or the one of KESTREL_STATE."""
    found = states or tuple(filter(None, [os.environ.get("KESTREL_STATE")]))
    if not found:
        raise click.UsageError("Missing argument 'STATE'", click.get_current_context())
    return found


def told(name: str, items: list[Item]) -> Outcome:
    """All items with their evidence; exit with 1 unless all hold."""
    good = all(item.holds for item in items)
    result = {
        "status": "ok" if good else "failed",
        "checklist": name,
        "items": msgspec.to_builtins(items),
    }
    forms = {
        "text": lambda pen: _text(name, items, pen),
        "markdown": lambda _: _markdown(name, items),
    }
    return Outcome(result, forms, exit=exits.DONE if good else exits.FOUND)


def _text(name: str, items: list[Item], pen: Pen) -> str:
    lines = []
    for of, own in _grouped(items):
        lines.append(pen("bold", f"{name}: {harmless(of)}"))
        for item in own:
            mark = "  ok  " if item.holds else pen("error", "  NO  ")
            lines.append(f"{mark}{item.name}: {harmless(item.evidence)}")
    return "".join(f"{line}\n" for line in [*lines, _count(items)])


def _markdown(name: str, items: list[Item]) -> str:
    lines = []
    for of, own in _grouped(items):
        lines += [f"### {name}: {_escaped(of)}", ""]
        for item in own:
            mark = "x" if item.holds else " "
            lines.append(f"- [{mark}] {_escaped(item.name)}: {_escaped(item.evidence)}")
        lines.append("")
    return "".join(f"{line}\n" for line in [*lines, _count(items)])


def _grouped(items: Iterable[Item]) -> list[tuple[str, list[Item]]]:
    """By what was looked at, in the order in which it came."""
    groups: dict[str, list[Item]] = {}
    for item in items:
        groups.setdefault(item.of, []).append(item)
    return list(groups.items())


def _count(items: list[Item]) -> str:
    missed = sum(not item.holds for item in items)
    return f"{missed} of {len(items)} do not hold" if missed else f"all {len(items)} hold"


def _escaped(text: str) -> str:
    return re.sub(r"([\\`*_{}\[\]<>#|~])", r"\\\1", harmless(text))


CHECKLISTS = {
    "embedded": Row("kestrel.cli.check:embedded", "Are register maps fit for firmware?"),
    "rollback": Row("kestrel.cli.check:rollback", "Rehearse a rollback on a copy of a state."),
    "metrics": Row("kestrel.cli.check:metrics", "Are metrics reachable, and within objectives?"),
    "release": Row("kestrel.cli.check:release", "Are sources and states fit to be released?"),
}

check = LazyGroup("check", CHECKLISTS, {}, "Go through a checklist; each item with its evidence.")
