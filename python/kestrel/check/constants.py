"""Constant defaults: the core evaluates and decodes them, so one that breaks its own field's
refinement is found before there is any data."""

from __future__ import annotations

from typing import Any

from kestrel import _core
from kestrel.check.world import World
from kestrel.ir import canon
from kestrel.ir.decls import Config, Field, Module, Record
from kestrel.ir.exprs import Local
from kestrel.ir.types import Refined
from kestrel.ir.walk import walk
from kestrel.text.diagnostic import Diagnostic
from kestrel.text.source import Span

READS = frozenset({"self", "outer", "root"})


def check_defaults(world: World) -> None:
    """KS0134 for each default that its field does not accept. The world must be free of errors."""
    for decl in list(world.decls.values()):
        for field in decl.fields if isinstance(decl, Record) else ():
            if _is_decidable(field) and (why := _refusal(world, field)) is not None:
                world.sink.report("KS0134", _span(world, field), name=field.name, why=why)


def _is_decidable(field: Field) -> bool:
    if field.default is None or not any(isinstance(n, Refined) for n in walk(field.type)):
        return False
    return not any(isinstance(n, Local) and n.name in READS for n in walk(field.default))


def _refusal(world: World, field: Field) -> str | None:
    """What the core says of the default; `None` if nothing."""
    assert field.default is not None
    probe = Config(name="default", type=field.type, value=field.default)
    module = Module("", {**world.decls, probe.name: probe}, ())
    try:
        document = _core.evaluate_config(
            canon.encode(canon.bundle(module, field.type, [probe.name])), probe.name
        )
        _core.Schema(canon.encode(canon.bundle(module, field.type))).decode_doc(document)
    except _core.Invalid as invalid:
        code = invalid.issues[0][0]
        values: dict[str, Any] = dict(invalid.issues[0][1])
        return Diagnostic.make(code, **values).message
    return None


def _span(world: World, field: Field) -> Span | None:
    at = field.default.at if field.default is not None else None
    if at is None:
        at = field.at
    return Span(world.loader.sources[at[0]], at[1], at[2]) if at is not None else None
