"""Calls of C: arguments as the header takes them, `out` parameters, statuses."""

from __future__ import annotations

from kestrel.backends.ffi.emitter import Emitter
from kestrel.backends.ffi.values import W128, Val, integer
from kestrel.check.shapes import STRING, UNIT, bare, kind
from kestrel.ir.exprs import Copy, Invoke
from kestrel.ir.functions import ForeignFn, Handle, Parameter, Status, Struct
from kestrel.ir.types import AnyType, Foreign, OptionOf, ResultOf, Scalar, TupleOf


def call_foreign(e: Emitter, expr: Invoke) -> Val:
    fn = e.types.foreign[expr.fn]
    assert isinstance(fn, ForeignFn)
    signature = e.types.names.of("c_", fn.name)
    given = [p for p in fn.params if p.ownership != "out"]
    values = dict(zip((p.name for p in given), e.all(expr.args), strict=True))
    outs: list[tuple[Parameter, str]] = []
    texts = []
    for position, param in enumerate(fn.params):
        if param.ownership == "out":
            name = e.names.fresh("o")
            e.say(f"k::OutOf<{signature}, {position}> {name}{{}};")
            outs.append((param, name))
            texts.append(f"&{name}")
        else:
            texts.append(_argument(e, signature, position, param, values[param.name]))
    called = f"::{fn.symbol}({', '.join(texts)})"
    assert expr.of is not None
    if kind(fn.result) == "unit":
        e.say(f"{called};")
        return _together(e, [(p, n) for p, n in outs], None, expr.of)
    name = e.names.fresh("t")
    e.say(f"const auto {name} = {called};")
    status = _status(e, fn)
    if status is not None:
        return _judged(e, fn, status, name, outs, expr.of)
    return _together(e, outs, _given(e, fn.result, name), expr.of)


def copy(e: Emitter, expr: Copy) -> Val:
    """Bytes from where C said that they are."""
    address, size = e.all((expr.address, expr.size))
    text = f"k::copied({address.text}, {e.as_int(size, W128)})"
    return e.tried(text, Scalar("Bytes"), expr.at)


def _status(e: Emitter, fn: ForeignFn) -> Status | None:
    plain = bare(fn.result)
    found = e.types.foreign.get(plain.name) if isinstance(plain, Foreign) else None
    return found if isinstance(found, Status) else None


def _argument(e: Emitter, signature: str, position: int, param: Parameter, value: Val) -> str:
    plain = bare(param.type)
    actual = f"k::ArgOf<{signature}, {position}>"
    found = e.types.foreign.get(plain.name) if isinstance(plain, Foreign) else None
    if isinstance(found, Handle):
        return f"{value.text}.take()" if param.ownership == "own" else f"{value.text}.get()"
    if isinstance(found, Status):
        return f"static_cast<{actual}>({value.text}.value)"
    if isinstance(found, Struct):
        return value.text
    return f"k::pass<{actual}>({value.text})"


def _given(e: Emitter, type_: AnyType, name: str) -> tuple[str, AnyType]:
    """What C gave, as a value of Kestrel."""
    plain = bare(type_)
    if kind(plain) == "cstr":
        return f"k::text({name})", STRING
    if isinstance(plain, OptionOf):
        inner, found = _given(e, plain.item, name)
        cpp = e.types.of(OptionOf(found))
        return f"({name} ? {cpp}({inner}) : {cpp}{{}})", OptionOf(found)
    if isinstance(plain, Foreign):
        foreign = e.types.foreign[plain.name]
        if isinstance(foreign, Handle):
            raw = f"const_cast<{e.types.raw(plain)}*>({name})"
            return f"{e.types.of(plain)}({raw})", plain
        if isinstance(foreign, Status):
            value = e.types.of(foreign.type)
            return f"{e.types.of(plain)}{{static_cast<{value}>({name})}}", plain
        return name, plain
    if kind(plain) == "pointer":
        return f"k::pass<{e.types.of(plain)}>({name})", plain
    return f"static_cast<{e.types.of(plain)}>({name})", plain


def _together(
    e: Emitter,
    outs: list[tuple[Parameter, str]],
    result: tuple[str, AnyType] | None,
    type_: AnyType,
) -> Val:
    """The result and what the `out` parameters got, as one value."""
    parts = [result] if result is not None else []
    parts += [_given(e, param.type, name) for param, name in outs]
    if not parts:
        return Val("k::unit", UNIT)
    if len(parts) == 1:
        return e.temp(parts[0][0], parts[0][1])
    made = TupleOf(tuple(found for _, found in parts))
    return e.temp(f"{e.types.of(made)}({', '.join(text for text, _ in parts)})", made)


def _judged(
    e: Emitter,
    fn: ForeignFn,
    status: Status,
    name: str,
    outs: list[tuple[Parameter, str]],
    type_: AnyType,
) -> Val:
    """`Ok` if the status is one of its codes; else `Err`, and what was made all the same is
    released."""
    plain = bare(type_)
    assert isinstance(plain, ResultOf)
    cpp, value = e.types.of(plain), e.types.of(status.type)
    code = f"{e.types.of(plain.err)}{{static_cast<{value}>({name})}}"
    made = e.names.fresh("r")
    e.say(f"{cpp} {made}{{}};")
    tests = " || ".join(f"{name} == {integer(c.value)}" for c in status.codes) or "false"
    with e.braces(f"if ({tests})"):
        if len(status.codes) > 1 and not outs:
            e.say(f"{made} = {cpp}::ok({code});")
        else:
            found = _together(e, outs, None, plain.ok)
            e.say(f"{made} = {cpp}::ok({e.moved(found)});")
    e.lines[-1] += " else {"
    e.depth += 1
    for param, out in outs:
        if param.on_error:
            text, _ = _given(e, param.type, out)
            e.say(f"{text}.drop();")
    e.say(f"{made} = {cpp}::err({code});")
    e.depth -= 1
    e.say("}")
    return Val(made, plain)
