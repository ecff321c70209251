"""What every declaration of the IR has."""

from __future__ import annotations

import msgspec

from kestrel.ir.exprs import At


class Decl(msgspec.Struct, frozen=True, tag_field="kind", omit_defaults=True, kw_only=True):
    """Base of the declarations; `name` is full: module, dot, own name."""

    name: str
    doc: str = ""
    at: At | None = None
