"""Operations on whole numbers as C++: in 64 bits where everything fits, else in 128, checked where
even these may not do."""

from __future__ import annotations

from typing import Any

from kestrel.backends.ffi.emitter import Emitter
from kestrel.backends.ffi.ops import CHECKED, COMPARED, INFIX
from kestrel.backends.ffi.values import W64, W128, Val, integer, width
from kestrel.check.shapes import BOOL, INT, bare
from kestrel.ir.exprs import Const, Op
from kestrel.ir.ranges import INTERVALS, WORD
from kestrel.ir.types import SCALARS


def integer_op(e: Emitter, expr: Op) -> Val:
    name = expr.op
    if name in COMPARED:
        a, b = e.all(expr.args)
        cpp = width(*(e.interval(arg) for arg in expr.args))
        text = f"({e.as_int(a, cpp)} {COMPARED[name]} {e.as_int(b, cpp)})"
        return Val(text, BOOL, a.steady and b.steady)
    if name in ("int.wrap", "int.clamp"):
        return _brought(e, expr)
    intervals = [e.interval(arg) for arg in expr.args]
    found, why = INTERVALS[name](*intervals)
    args = e.all(expr.args)
    type_ = bare(expr.of) if expr.of is not None else INT
    if why:
        return _checked(e, expr, args, why)
    cpp = width(found, *intervals)
    operands = [e.as_int(arg, cpp) for arg in args]
    steady = all(arg.steady for arg in args)
    return Val(_plain(name, operands, cpp), type_, steady, cpp)


def _plain(name: str, operands: list[str], cpp: str) -> str:
    if name in INFIX:
        return f"({operands[0]} {INFIX[name]} {operands[1]})"
    if name == "int.neg":
        return f"(-{operands[0]})"
    if name in ("int.shl", "int.shr"):
        return f"k::{name[4:]}<{cpp}>({operands[0]}, {operands[1]})"
    return f"k::{name[4:]}({', '.join(f'static_cast<{W128}>({o})' for o in operands)})"


def _checked(e: Emitter, expr: Op, args: list[Val], why: str) -> Val:
    type_ = bare(expr.of) if expr.of is not None else INT
    if expr.op in ("int.div", "int.rem"):
        cpp = width(*(e.interval(arg) for arg in expr.args))
        if cpp == W64 and e.interval(expr.args[0]).lo == WORD.lo:
            cpp = W128  # the least by -1 has no quotient of 64 bits
        texts = [e.as_int(arg, cpp) for arg in args]
        called = f"k::{expr.op[4:]}_checked<{cpp}>({', '.join(texts)})"
        return e.tried(called, type_, expr.at, cpp)
    texts = [e.as_int(arg, W128) for arg in args]
    return e.tried(f"{CHECKED[expr.op]}({', '.join(texts)})", type_, expr.at, W128)


def _brought(e: Emitter, expr: Op) -> Val:
    """A result brought into a width of Kestrel's: a cast does what `wrap` would."""
    lo, hi = expr.args[1:]
    assert isinstance(lo, Const)
    assert isinstance(hi, Const)
    type_ = bare(expr.of) if expr.of is not None else INT
    value = e.value(expr.args[0])
    cpp = e.types.of(type_)
    if expr.op == "int.wrap" and _is_width(lo.value, hi.value):
        return Val(f"static_cast<{cpp}>({value.text})", type_, value.steady)
    bounds = [integer(int(b.value), W128) for b in (lo, hi) if b.value is not None]
    function = f"k::{expr.op[4:]}" + ("<k::Int>" if expr.op == "int.clamp" else "")
    text = f"{function}(static_cast<{W128}>({value.text}), {', '.join(bounds)})"
    return Val(f"static_cast<{cpp}>({text})", type_, value.steady)


def _is_width(lo: Any, hi: Any) -> bool:
    return any((info.lo, info.hi) == (lo, hi) for info in SCALARS.values())
