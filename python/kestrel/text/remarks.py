"""What tools of others are told: diagnostics and findings alike, each about one place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from kestrel.text.codes import CODES, Severity
from kestrel.text.diagnostic import Diagnostic
from kestrel.text.source import Span


class Remark(msgspec.Struct, frozen=True):
    """`rule` and `name` say what kind it is, `properties` what else a tool may want.

    `file` is the display name where there is no span. `identity` tells it from others of its rule
    when lines move; empty: it is told by its place.
    """

    rule: str
    name: str
    severity: Severity
    message: str
    helps: tuple[str, ...] = ()
    span: Span | None = None
    file: str | None = None
    identity: str = ""
    properties: Mapping[str, str] = {}

    @property
    def place(self) -> str | None:
        """The display name of the file, if it is about one."""
        return self.file if self.span is None else self.span.source.name


def remarks(diagnostics: Iterable[Diagnostic]) -> list[Remark]:
    return [_remark(diagnostic) for diagnostic in diagnostics]


def _remark(diagnostic: Diagnostic) -> Remark:
    audit_id = diagnostic.audit_id
    return Remark(
        rule=diagnostic.code,
        name=CODES[diagnostic.code].name,
        severity=diagnostic.severity,
        message="\n".join((diagnostic.message, *diagnostic.notes)),
        helps=diagnostic.helps,
        span=diagnostic.span,
        file=diagnostic.file,
        properties={} if audit_id is None else {"audit_id": audit_id},
    )
