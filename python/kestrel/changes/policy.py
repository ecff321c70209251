"""Which changes go ahead, which need to be allowed, which never pass."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal, get_args

import msgspec

from kestrel.text.diagnostic import Diagnostic, KestrelError
from kestrel.text.read import read_source

Verdict = Literal["none", "docs", "compatible", "behavioural", "breaking"]
"""What a change does to its users, from nothing to the worst."""

VERDICTS: tuple[Verdict, ...] = get_args(Verdict)

Answer = Literal["go", "allow", "refuse"]
"""go: ahead; allow: only with `--allow NAME` or an approval; refuse: never."""

ANSWERS: tuple[Answer, ...] = get_args(Answer)

Requirement = Literal["backward", "forward", "full"]

TABLE: dict[str, Answer] = {
    "none": "go",
    "docs": "go",
    "compatible": "go",
    "behavioural": "go",
    "breaking": "allow",
    "danger": "allow",
    "restart": "allow",
    "never": "refuse",
}
"""The defaults, by verdict or mark; `[policy]` of a `kestrel.toml` sets others."""

PROJECT_FILE = "kestrel.toml"


class MalformedPolicy(KestrelError):
    """A `kestrel.toml` that says something else than this table can hold (KS0620)."""


class RefusedByPolicy(KestrelError):
    """A plan that the policy does not let pass; `.needs` are the allowances that would help."""

    def __init__(self, diagnostics: Iterable[Diagnostic], needs: Iterable[str]) -> None:
        super().__init__(diagnostics)
        self.needs = tuple(needs)


class Policy(msgspec.Struct, frozen=True):
    """The answers by verdict and mark: the defaults with a project's overrides."""

    answers: dict[str, Answer] = msgspec.field(default_factory=lambda: dict(TABLE))

    @classmethod
    def of(cls, overrides: Mapping[str, str]) -> Policy:
        """Raises MalformedPolicy on a name or an answer that there is not."""
        for name, answer in overrides.items():
            _check(name, answer)
        return cls(TABLE | dict(overrides))  # type: ignore[arg-type]

    @classmethod
    def read(cls, path: str | Path) -> Policy:
        """The `[policy]` table of a `kestrel.toml`.

        Raises:
            MalformedPolicy: no TOML, or an unknown name or answer.
            UnreadableFile: it cannot be read.
        """
        try:
            table = tomllib.loads(read_source(path).data.decode()).get("policy", {})
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise malformed(str(error), str(path)) from None
        if not isinstance(table, dict):
            raise malformed("`policy` is a table", str(path))
        return cls.of(table)

    @classmethod
    def find(cls, folder: str | Path) -> Policy:
        """The policy of the project that a folder is in: the nearest `kestrel.toml` upward."""
        path = project_file(folder)
        return cls() if path is None else cls.read(path)

    def needs(self, verdict: str, marks: Collection[str]) -> tuple[str, ...]:
        """Names that have to be allowed before such a change passes, in the table's order."""
        return tuple(self._answered("allow", verdict, marks))

    def refusals(self, verdict: str, marks: Collection[str]) -> tuple[str, ...]:
        """Names for which such a change never passes."""
        return tuple(self._answered("refuse", verdict, marks))

    def check(self, verdict: str, marks: Mapping[str, str], allow: Collection[str] = ()) -> None:
        """Let a change pass, or not. `marks` gives for each mark the path that bears it.

        Raises:
            RefusedByPolicy: KS0621 an allowance is missing, KS0622 it never passes.
        """
        missing = [name for name in self.needs(verdict, marks) if name not in allow]
        found = [_refused(name, marks.get(name)) for name in missing]
        for name in self.refusals(verdict, marks):
            found.append(Diagnostic.make("KS0622", path=marks.get(name, ""), why=name))
        if found:
            raise RefusedByPolicy(found, missing)

    def _answered(self, answer: Answer, verdict: str, marks: Collection[str]) -> Iterator[str]:
        for name, given in self.answers.items():
            if given == answer and (name == verdict or name in marks):
                yield name


def project_file(folder: str | Path) -> Path | None:
    """The nearest `kestrel.toml`, in a folder or above it."""
    start = Path(folder).resolve()
    candidates = (above / PROJECT_FILE for above in (start, *start.parents))
    return next((path for path in candidates if path.is_file()), None)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The overall verdict of several."""
    return max(verdicts, key=VERDICTS.index, default="none")


def _refused(name: str, path: str | None) -> Diagnostic:
    what = f"`{path}` is marked `{name}`" if path is not None else f"the change is {name}"
    return Diagnostic.make("KS0621", what=what, allow=name)


def _check(name: str, answer: object) -> None:
    if name not in TABLE:
        raise malformed(f"there is no verdict or mark `{name}`")
    if answer not in ANSWERS:
        raise malformed(f"`{name}` is one of {', '.join(ANSWERS)}, not `{answer}`")


def malformed(why: str, file: str | None = None) -> MalformedPolicy:
    """KS0620."""
    return MalformedPolicy([Diagnostic.make("KS0620", file=file, why=why)])
