"""Diagnostics: what is wrong, where, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from kestrel.text.codes import CODES, Domain, Severity
from kestrel.text.source import Span


class Label(msgspec.Struct, frozen=True):
    """A second place that matters, and why."""

    span: Span
    text: str


class Edit(msgspec.Struct, frozen=True):
    """Replace the text of `span` by `text`."""

    span: Span
    text: str


class Fix(msgspec.Struct, frozen=True):
    """A cure that a tool can apply."""

    message: str
    edits: tuple[Edit, ...]


class Diagnostic(msgspec.Struct, frozen=True):
    """One finding. `code` is a key of `CODES`; `caret` stands beside the underline."""

    code: str
    message: str
    span: Span | None = None
    caret: str = ""
    labels: tuple[Label, ...] = ()
    notes: tuple[str, ...] = ()
    helps: tuple[str, ...] = ()
    fixes: tuple[Fix, ...] = ()
    audit_id: str | None = None
    file: str | None = None
    """Display name of the file where there is no span (a file that cannot be read)."""
    level: Severity | None = None
    """As grave as the user says, or as it is in this file; else as its code is."""

    @classmethod
    def make(
        cls,
        code: str,
        span: Span | None = None,
        *,
        caret: str = "",
        labels: Iterable[Label] = (),
        notes: Iterable[str] = (),
        helps: Iterable[str] = (),
        fixes: Iterable[Fix] = (),
        file: str | None = None,
        **values: object,
    ) -> Diagnostic:
        """A diagnostic of `code`, its templates filled with `values`.

        Raises:
            KeyError: an unknown code, or a value that the templates need is missing.
        """
        row = CODES[code]
        own_help = (row.help.format(**values),) if row.help else ()
        return cls(
            code,
            row.message.format(**values),
            span,
            caret,
            tuple(labels),
            tuple(notes),
            (*helps, *own_help),
            tuple(fixes),
            None,
            file,
        )

    @property
    def severity(self) -> Severity:
        return self.level or CODES[self.code].severity

    @property
    def domain(self) -> Domain:
        return CODES[self.code].domain


class KestrelError(Exception):
    """Base of all errors that a user can cause; carries `diagnostics`, at least one."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("; ".join(f"{d.code}: {d.message}" for d in self.diagnostics))


class InvalidSource(KestrelError):
    """A `.ks` file (or one that it uses) does not compile."""


class InvalidConfig(KestrelError):
    """Data that a schema does not accept."""
