"""How a mutation is written down."""

from __future__ import annotations

from typing import NamedTuple


class Mutation(NamedTuple):
    """`old`, which stands once in the section, becomes `new`.

    `breaks` is the rule, or the code of what is no rule, that is then reported; "" if the section
    stays valid. The report is on the line that holds `at`, which stands once after the change.
    """

    old: str
    new: str
    breaks: str = ""
    at: str = ""


class Section(NamedTuple):
    """A valid configuration. `mutations` each change it alone."""

    name: str
    text: str
    mutations: tuple[Mutation, ...]


def bad(old: str, new: str, breaks: str, at: str = "") -> Mutation:
    """Reported on the last line of `new`, if nothing else is said."""
    lines = new.strip("\n").splitlines() or [""]
    return Mutation(old, new, breaks, at or lines[-1].strip())


def good(old: str, new: str) -> Mutation:
    return Mutation(old, new)


def add(line: str, breaks: str = "", at: str = "") -> Mutation:
    """`line` instead of the mark `# +` of the section, in its place; it may be several lines."""
    return bad("# +", line, breaks, at) if breaks else good("# +", line)
