"""Bodies of functions as C++: which function handles which expression, and what a function gives.

Expressions become expressions of C++ without effects, and what must happen before them, in order,
becomes statements. Each operation that may fail is followed by a test that leaves the function with
the fault. Blocks of Kestrel are blocks of C++, so that guards run where they should.
"""

from __future__ import annotations

from kestrel.backends.ffi import atoms, blocks, calling, calls, decisions, leaving, made, operations
from kestrel.backends.ffi.decisions import match
from kestrel.backends.ffi.emitter import Emitter, Handler, Shared
from kestrel.backends.ffi.leaving import unsafe_check
from kestrel.check.shapes import NEVER, kind
from kestrel.ir.exprs import (
    AnyExpr,
    Assign,
    Block,
    Break,
    Call,
    Code,
    Const,
    Continue,
    Convert,
    Copy,
    Defer,
    Define,
    Field,
    ForEach,
    If,
    Invoke,
    Is,
    Item,
    Let,
    Local,
    Log,
    MakeList,
    MakeMap,
    MakeRecord,
    MakeVariant,
    Match,
    Op,
    Return,
    Try,
    Unsafe,
    Update,
    While,
)
from kestrel.ir.functions import Function

HANDLERS: dict[type, Handler] = {
    Const: atoms.constant,
    Local: atoms.local,
    Field: atoms.field,
    Item: atoms.item,
    Code: atoms.code,
    Op: operations.op,
    Convert: operations.convert,
    MakeList: made.make_list,
    MakeMap: made.make_map,
    MakeRecord: made.make_record,
    MakeVariant: made.make_variant,
    Update: made.update,
    If: decisions.conditional,
    Is: decisions.is_variant,
    Match: decisions.matched,
    Let: blocks.let,
    Define: blocks.defined,
    Assign: blocks.assign,
    Block: blocks.block,
    While: blocks.while_,
    ForEach: blocks.for_each,
    Break: blocks.break_,
    Continue: blocks.continue_,
    Return: leaving.return_,
    Try: leaving.try_,
    Defer: leaving.defer,
    Unsafe: leaving.unsafe,
    Call: calling.call,
    Invoke: calling.invoke,
    Copy: calls.copy,
    Log: calling.log,
}


def body(shared: Shared, function: Function) -> tuple[list[str], list[str]]:
    """The parameters of a function, and the lines of its body."""
    emitter = Emitter(shared, function, HANDLERS)
    params = emitter.params()
    if function.name in shared.recursive:
        emitter.say("const k::Depth depth;")
        emitter.say("if (depth.is_too_deep()) return k::Fault{k::Fail::depth, 0};")
    tail(emitter, function.body)
    return params, emitter.lines


def tail(e: Emitter, expr: AnyExpr) -> None:
    """`expr` is what the function gives."""
    if isinstance(expr, Block):
        tail_block(e, expr)
    elif isinstance(expr, If):
        tail_if(e, expr)
    elif isinstance(expr, Match):
        match(e, expr, lambda body: tail(e, body))
    elif isinstance(expr, Unsafe):
        unsafe_check(e, expr)
        tail(e, expr.body)
    elif expr.of == NEVER:
        e.value(expr)
    elif kind(e.result) == "unit":
        e.value(expr)
        e.leave("k::unit")
    else:
        e.leave(e.as_type(expr, e.result))


def tail_block(e: Emitter, expr: Block) -> None:
    with e.branch(), e.braces():
        for item in expr.items[:-1]:
            e.statement(item)
        if expr.items:
            tail(e, expr.items[-1])
        else:
            e.leave("k::unit")


def tail_if(e: Emitter, expr: If) -> None:
    cond = e.value(expr.cond)
    with e.braces(f"if ({cond.text})"), e.branch():
        tail(e, expr.then)
    with e.branch():
        tail(e, expr.other)
