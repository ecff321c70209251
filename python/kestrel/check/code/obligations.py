"""What a function must do on every way out: release what it acquired, write an audit record.

A forward data-flow over the function's body, which is structured: each expression is taken in the
state before it and gives the state after it, or none where it does not come back. Ways out are
looked at where they leave: `return`, `?`, `break` and `continue`, an operation that may fail, the
end of a block. A loop is looked at twice, the second time in the state that its end has left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from kestrel.check.code.declared import Places
from kestrel.check.code.effects import Effects
from kestrel.check.code.held import GONE, NOTHING, Held, Slot, State, Token, joined
from kestrel.check.shapes import bare, show
from kestrel.check.world import World
from kestrel.ir.effects import AUDIT
from kestrel.ir.exprs import (
    AnyExpr,
    AnyPattern,
    Arm,
    Assign,
    At,
    Bind,
    Block,
    Break,
    Call,
    Continue,
    Convert,
    Defer,
    Define,
    ForEach,
    If,
    Invoke,
    Item,
    Lambda,
    Let,
    Local,
    Log,
    MakeList,
    MakeMap,
    MakeRecord,
    MakeVariant,
    Match,
    OfTuple,
    OfVariant,
    Op,
    Return,
    Try,
    Unsafe,
    Update,
    While,
)
from kestrel.ir.functions import ForeignFn, Function, Parameter
from kestrel.ir.ranges import Stored, analyse
from kestrel.ir.types import AnyType, Foreign, OptionOf, ResultOf, TupleOf
from kestrel.ir.walk import children, walk
from kestrel.text.diagnostic import Label


class Loop(NamedTuple):
    """A loop that is being looked at: the block level around it, and the states at its `break`s
    and `continue`s."""

    level: int
    breaks: list[State]
    continues: list[State]


def check_obligations(world: World, places: Places, effects: Effects, stored: Stored) -> None:
    audits: dict[str, bool] = {}
    for function in effects.functions.values():
        Obligations(world, places, effects, stored, function, audits).check()


class Obligations:
    """The analysis of one function."""

    def __init__(
        self,
        world: World,
        places: Places,
        effects: Effects,
        stored: Stored,
        function: Function,
        audits: dict[str, bool],
    ) -> None:
        self.world = world
        self.places = places
        self.effects = effects
        self.stored = stored
        self.function = function
        self.audits = audits
        self.panics = {p.at: p.why for p in analyse(function, stored).panics}
        self.state: State | None = State({}, False, False)
        self.level = 0
        self.loops: list[Loop] = []
        self.deferring = False
        self.deferred: dict[str, int] = {}
        """The blocks in which releases were deferred."""
        self.together: set[str] = set()
        """Handles that go to one place at once: those that depend on each other may."""
        self.unsafe = 0
        self.said: set[tuple[str, str, At | None]] = set()
        self.unaudited: tuple[At | None, str] | None = None

    # ---------------------------------------------------------------- the function

    def check(self) -> None:
        for param in self.function.params:
            self._param(param)
        held = self._value(self.function.body)
        if self.state is not None:
            at = _last(self.function.body).at
            self._given_back(held, at)
            self._leave("the function ends", at, 0)
        if self.function.declared is not None and AUDIT in self.function.declared:
            self._report_unaudited()

    def audits_always(self) -> bool:
        """Is a record written on every way out?"""
        with self.world.sink.muted():
            self.check()
        return self.unaudited is None

    def _param(self, param: Parameter) -> None:
        if self.world.handle(bare(param.type)) is None or self.state is None:
            return
        token = Token(bare(param.type), param.at)  # type: ignore[arg-type]
        slot = Slot(Held(token), "open", 0, lent=param.ownership != "own")
        self.state = self.state.having(param.name, slot)

    def _report_unaudited(self) -> None:
        if self.unaudited is None:
            return
        at, what = self.unaudited
        name = self.function.name.rpartition(".")[2]
        self.world.sink.report(
            "KS0307", self.places.span(at), name=name, exit=what,
            caret="leaves here without a record",
            helps=("write one on the way to here, or first of all: `audit.log(\"…\", { … })`",),
        )  # fmt: skip

    def _report(
        self, code: str, at: At | None, key: str, labels: tuple[Label, ...] = (), **parts: Any
    ) -> None:
        if (code, key, at) in self.said:
            return
        self.said.add((code, key, at))
        self.world.sink.report(code, self.places.span(at), labels=labels, **parts)

    # ---------------------------------------------------------------- values

    def _value(self, expr: AnyExpr) -> Held:
        """Take `expr`; the handles that its value holds. `self.state` becomes what is after it."""
        if self.state is None:
            return NOTHING
        handler = HANDLERS.get(type(expr))
        if handler is not None:
            return handler(self, expr)
        for child in children(expr):
            self._inner(child)
        return NOTHING

    def _inner(self, node: object) -> None:
        if isinstance(node, AnyExpr):
            self._value(node)
        elif not isinstance(node, AnyType | AnyPattern):
            for child in children(node):  # type: ignore[arg-type]
                self._inner(child)

    def _local(self, expr: Local) -> Held:
        slot = self._slot(expr.name)
        if slot is None:
            return NOTHING
        self._usable(expr.name, slot, expr.at)
        return slot.held._replace(name=expr.name)

    def _slot(self, name: str) -> Slot | None:
        return self.state.slots.get(name) if self.state is not None else None

    def _usable(self, name: str, slot: Slot, at: At | None) -> None:
        what = ""
        if slot.status in GONE:
            what = "it has been released" if slot.status == "released" else "it was given away"
        elif slot.status == "half":
            what = "it has been released on one of the ways to here"
        if what:
            labels = self._label(slot.place, "here")
            self._report("KS0303", at, name, labels, name=_shown(name), what=what)

    def _label(self, at: At | None, text: str) -> tuple[Label, ...]:
        span = self.places.span(at)
        return () if span is None else (Label(span, text),)

    def _moved(self, held: Held, at: At | None) -> None:
        """The value goes to somebody else, with the handles in it."""
        if held.name:
            self._consume(held.name, "moved", at)

    def _consume(self, name: str, status: str, at: At | None) -> None:
        slot = self._slot(name)
        if slot is None or self.state is None:
            return
        if slot.lent:
            help_ = f"take it instead: `{name}: own {show(slot.token.type)}`"
            self._report("KS0310", at, name, (), name=_shown(name), helps=(help_,))
            return
        if slot.status == "deferred":
            labels = self._label(slot.place, "and here, when the block is left")
            self._report("KS0302", at, name, labels, name=_shown(name))
            return
        if slot.status in GONE or slot.status == "half":
            return  # said where it was named
        self._alone(name, at)
        new = "deferred" if self.deferring and status == "released" else status
        self.state = self.state.having(name, slot._replace(status=new, place=at))  # type: ignore[arg-type]

    def _alone(self, name: str, at: At | None) -> None:
        """Does nothing live on that must not outlive `name`? What is deferred later runs first."""
        for other, slot in self._dependents(name):
            if other in self.together:
                continue
            if slot.status == "deferred" or (slot.status == "open" and not self.deferring):
                labels = self._label(slot.token.at, f"`{_shown(other)}` was acquired here")
                self._report(
                    "KS0304", at, other, labels, name=f"`{_shown(other)}`", owner=_shown(name),
                    helps=(f"release `{_shown(other)}` before `{_shown(name)}`",),
                )  # fmt: skip

    def _dependents(self, name: str) -> list[tuple[str, Slot]]:
        slots = self.state.slots if self.state is not None else {}
        return [
            (other, slot)
            for other, slot in slots.items()
            if any(token.owner == name for token in slot.held.tokens())
        ]

    # ---------------------------------------------------------------- ways out

    def _leave(self, exit_: str, at: At | None, level: int) -> None:
        """Something leaves all blocks above `level` here: nothing of theirs may be open."""
        if self.state is None:
            return
        for name, slot in self.state.slots.items():
            if slot.level >= level and slot.status == "open" and not slot.lent:
                self._leak(name, slot, exit_, at)
        if level == 0 and not self.state.audited and self.unaudited is None:
            self.unaudited = (at, exit_)

    def _leak(self, name: str, slot: Slot, exit_: str, at: At | None) -> None:
        if ("leak", name, slot.token.at) in self.said:
            return
        self.said.add(("leak", name, slot.token.at))
        acquired = self.places.span(slot.token.at)
        release = self._release_of(slot.token.type)
        if name.startswith("$"):
            self._report("KS0309", slot.token.at, name)
            return
        if slot.held.token is None:
            helps = (f"`match` it, or put `?` behind it: its handle is released with `{release}`",)
        else:
            where = f"on line {acquired.first.line + 1}" if acquired is not None else "first"
            helps = (f"put `defer {release}({name})` {where}",)
        labels = self._label(slot.token.at, f"`{name}` must be released by `{release}`")
        self._report(
            "KS0301", at, name, labels, name=name, exit=exit_, helps=helps,
            caret=f"leaves here while `{name}` is open",
        )  # fmt: skip

    def _release_of(self, type_: Foreign) -> str:
        handle = self.world.handle(type_)
        return handle.release.rpartition(".")[2] if handle is not None else "its release"

    def _may_fail(self, expr: AnyExpr) -> None:
        """An operation that may fail leaves the function there."""
        why = self.panics.get(expr.at)
        if why is not None and isinstance(expr, Op | Convert | MakeMap) and not self.deferring:
            self._leave(f"this may fail ({why}) and leaves the function", expr.at, 0)

    # ---------------------------------------------------------------- names and blocks

    def _block(self, expr: Block) -> Held:
        self.level += 1
        held = NOTHING
        hidden = self._hidden(expr)
        for item in expr.items:
            if held and self.state is not None:
                self._dropped(held, item.at)
            held = self._value(item)
        self._end(held, expr)
        self.level -= 1
        if self.state is not None:
            own = {n for n, s in self.state.slots.items() if s.level > self.level}
            self.state = self.state.without(own)
            self.state = self.state._replace(slots={**self.state.slots, **hidden})
        return held._replace(name="") if held.name and not self._slot(held.name) else held

    def _hidden(self, expr: Block) -> dict[str, Slot]:
        """Handles that names of the block hide until its end."""
        slots = self.state.slots if self.state is not None else {}
        names = {item.name for item in expr.items if isinstance(item, Define)}
        hidden = {name: slots[name] for name in names & slots.keys()}
        if hidden and self.state is not None:
            self.state = self.state.without(set(hidden))
        return hidden

    def _end(self, held: Held, expr: Block) -> None:
        if self.state is None:
            return
        slots = self.state.slots
        if held.name in slots and slots[held.name].level >= self.level:
            self._moved(held, expr.items[-1].at)
        self._outliving(held, expr.items[-1].at if expr.items else expr.at, self.level)
        last = expr.items[-1] if expr.items else expr
        self._leave_block("the block ends", last.at)
        self._run_deferred()

    def _leave_block(self, exit_: str, at: At | None) -> None:
        if self.state is None:
            return
        for name, slot in self.state.slots.items():
            if slot.level >= self.level and slot.status == "open" and not slot.lent:
                self._leak(name, slot, exit_, at)

    def _run_deferred(self) -> None:
        """What this block deferred is done now."""
        if self.state is None:
            return
        for name, level in list(self.deferred.items()):
            if level >= self.level:
                del self.deferred[name]
                slot = self.state.slots.get(name)
                if slot is not None and slot.status == "deferred":
                    self.state = self.state.having(name, slot._replace(status="released"))

    def _outliving(self, held: Held, at: At | None, level: int) -> None:
        """A value leaves the blocks from `level` on: what it depends on must not stay behind."""
        slots = self.state.slots if self.state is not None else {}
        for token in held.tokens():
            owner = slots.get(token.owner)
            if (
                owner is not None
                and owner.level >= level
                and not owner.lent
                and owner.status != "moved"
            ):
                name = f"`{_shown(held.name)}`" if held.name else "this value"
                self._report(
                    "KS0304", at, token.owner, (), name=name, owner=_shown(token.owner),
                    helps=(f"give `{token.owner}` back too, or take it as a parameter",),
                )  # fmt: skip

    def _define(self, expr: Define) -> Held:
        held = self._value(expr.value)
        if self.state is None:
            return NOTHING
        if isinstance(expr.value, Item) and isinstance(expr.value.base, Local):
            self._take_part(expr.value.base.name, expr.value.index)
        else:
            self._moved(held, expr.at)
        if held:
            slot = Slot(held._replace(name=""), "open", self.level)
            self.state = self.state.having(expr.name, slot)
        return NOTHING

    def _take_part(self, name: str, index: int) -> None:
        """A tuple's item goes to a name of its own."""
        slot = self._slot(name)
        if slot is None or self.state is None or not slot.held.parts:
            return
        parts = list(slot.held.parts)
        parts[index] = NOTHING
        rest = Held(parts=tuple(parts))
        if rest:
            self.state = self.state.having(name, slot._replace(held=rest))
        else:
            self.state = self.state.without({name})

    def _let(self, expr: Let) -> Held:
        held = self._value(expr.value)
        if self.state is None:
            return NOTHING
        self._moved(held, expr.at)
        if held:
            self.level += 1
            self.state = self.state.having(
                expr.name, Slot(held._replace(name=""), "open", self.level)
            )
            found = self._value(expr.body)
            if self.state is not None:
                if found.name == expr.name:
                    self._moved(found, expr.body.at)
                self._leave_block("this ends", expr.at)
                self.state = self.state.without({expr.name})
            self.level -= 1
            return found
        return self._value(expr.body)

    def _assign(self, expr: Assign) -> Held:
        held = self._value(expr.value)
        slot = self._slot(expr.name)
        if self.state is None:
            return NOTHING
        self._moved(held, expr.at)
        if slot is not None and slot.status == "open" and not slot.lent:
            self._leak(expr.name, slot, "this gives the name another value", expr.at)
        if held:
            level = slot.level if slot is not None else self.level
            self.state = self.state.having(expr.name, Slot(held._replace(name=""), "open", level))
        return NOTHING

    def _dropped(self, held: Held, at: At | None) -> None:
        if not held.name:
            for token in held.tokens():
                self._report("KS0309", token.at, "")

    def _item(self, expr: Item) -> Held:
        held = self._value(expr.base)
        return held.parts[expr.index] if held.parts else NOTHING

    # ---------------------------------------------------------------- decisions and loops

    def _if(self, expr: If) -> Held:
        self._value(expr.cond)
        before = self.state
        a = self._branch(expr.then)
        after, self.state = self.state, before
        b = self._branch(expr.other)
        self.state = self._together(after, self.state, expr.at)
        return a or b

    def _branch(self, expr: AnyExpr) -> Held:
        held = self._value(expr)
        if held.name and self.state is not None:
            self._moved(held, expr.at)
            held = held._replace(name="")
        return held

    def _together(self, a: State | None, b: State | None, at: At | None) -> State | None:
        found = joined(a, b)
        if a is None or b is None or found is None:
            return found
        for name, slot in found.slots.items():
            if slot.status == "half" and "half" not in (a.slots[name].status, b.slots[name].status):
                labels = self._label(slot.place, "released here")
                deferred = f"defer {self._release_of(slot.token.type)}({name})"
                helps = (f"release it on both, or `{deferred}` before",)
                self._report("KS0308", at, name, labels, name=_shown(name), helps=helps)
        return found

    def _match(self, expr: Match) -> Held:
        subject = self._value(expr.subject)
        if self.state is None:
            return NOTHING
        if subject.name and subject:
            self._moved(subject, expr.subject.at)
        before, after, held = self.state, None, NOTHING
        for arm in expr.arms:
            self.state = before
            found = self._arm(arm, subject)
            after = self._together(after, self.state, expr.at)
            held = held or found
        self.state = after
        return held

    def _arm(self, arm: Arm, subject: Held) -> Held:
        self.level += 1
        names = _bindings(arm.pattern, subject)
        assert self.state is not None
        hidden = {n: s for n, s in self.state.slots.items() if n in names}
        for name, held in names.items():
            self.state = self.state.without({name})
            if held:
                self.state = self.state.having(name, Slot(held, "open", self.level))
        found = self._branch(arm.body)
        if self.state is not None:
            self._leave_block("the arm ends", arm.body.at)
            self.state = self.state.without(set(names))
            self.state = self.state._replace(slots={**self.state.slots, **hidden})
        self.level -= 1
        return found

    def _while(self, expr: While) -> Held:
        def once() -> None:
            self._value(expr.cond)
            self._value(expr.body)

        forever = expr.cond.of is not None and getattr(expr.cond, "value", None) is True
        self._looped(once, expr.at, forever)
        return NOTHING

    def _for(self, expr: ForEach) -> Held:
        self._value(expr.values)
        self._looped(lambda: self._value(expr.body), expr.at, False)
        return NOTHING

    def _looped(self, once: Callable[[], object], at: At | None, forever: bool) -> None:
        before = self.state
        if before is None:
            return
        loop = Loop(self.level, [], [])
        self.loops.append(loop)
        for _ in range(2):
            self.state = before
            once()
            for state in loop.continues:
                self.state = joined(self.state, state)
            loop.continues.clear()
            before = self._together(before, self.state, at) or before
        self.loops.pop()
        after: State | None = None if forever else before
        for state in loop.breaks:
            after = joined(after, state)
        self.state = after

    def _break(self, expr: Break | Continue) -> Held:
        if not self.loops or self.state is None:
            self.state = None
            return NOTHING
        loop = self.loops[-1]
        word = "break" if isinstance(expr, Break) else "continue"
        self._leave(f"this `{word}` leaves the block", expr.at, loop.level + 1)
        inner = {n for n, s in self.state.slots.items() if s.level > loop.level}
        (loop.breaks if word == "break" else loop.continues).append(self.state.without(inner))
        self.state = None
        return NOTHING

    # ---------------------------------------------------------------- return, `?`, defer, unsafe

    def _return(self, expr: Return) -> Held:
        held = self._value(expr.value)
        if self.state is not None:
            self._given_back(held, expr.at)
            self._leave("this `return` leaves the function", expr.at, 0)
        self.state = None
        return NOTHING

    def _given_back(self, held: Held, at: At | None) -> None:
        self._moved(held, at)
        self._outliving(held, at, 0)

    def _try(self, expr: Try) -> Held:
        held = self._value(expr.value)
        if self.state is None:
            return NOTHING
        self._moved(held, expr.at)
        mark = (expr.at[0], expr.at[2] - 1, expr.at[2]) if expr.at is not None else None
        self._leave("this `?` leaves the block", mark, 0)
        return held.inside or NOTHING

    def _defer(self, expr: Defer) -> Held:
        before = self.deferring
        slots = dict(self.state.slots) if self.state is not None else {}
        self.deferring = True
        self._value(expr.value)
        self.deferring = before
        if self.state is not None:
            for name, slot in self.state.slots.items():
                if slot.status == "deferred" and slots[name].status != "deferred":
                    self.deferred[name] = self.level
        return NOTHING

    def _unsafe(self, expr: Unsafe) -> Held:
        if self.state is None:
            return NOTHING
        outer = self.state.guarded
        self.state = self.state._replace(guarded=outer and self.unsafe > 0)
        self.unsafe += 1
        held = self._value(expr.body)
        self.unsafe -= 1
        if self.state is not None:
            self.state = self.state._replace(guarded=outer)
        return held

    # ---------------------------------------------------------------- calls

    def _invoke(self, expr: Invoke) -> Held:
        fn = self.effects.foreign[expr.fn]
        assert isinstance(fn, ForeignFn)
        given = [p for p in fn.params if p.ownership != "out"]
        owners = self._arguments(given, expr.args, expr.at, fn.name)
        if self.state is None:
            return NOTHING
        outs = [p.type for p in fn.params if p.ownership == "out"]
        held = self._made(expr.of, expr.at, owners)
        if held and not self.state.guarded and self.unsafe:
            what = next(t for t in (*outs, fn.result) if _handles(self.world, t))
            self._report("KS0306", expr.at, "", type=show(_handle_in(self.world, what)))
        return held

    def _call(self, expr: Call) -> Held:
        fn = self.effects.functions.get(expr.fn)
        if fn is None:
            for arg in expr.args:
                self._value(arg)
            return NOTHING
        owners = self._arguments(list(fn.params), expr.args, expr.at, fn.name)
        if self.state is None:
            return NOTHING
        if "panic" in self.effects.outward(fn.name) and not self.deferring:
            self._leave("this call may fail and leaves the function", expr.at, 0)
        if self._audits(fn):
            self.state = self.state._replace(audited=True, guarded=True)
        return self._made(expr.of, expr.at, owners)

    def _audits(self, fn: Function) -> bool:
        """Does a function write a record on every way out?"""
        if fn.declared is not None:
            return AUDIT in fn.declared
        if AUDIT not in self.effects.outward(fn.name):
            return False
        if fn.name not in self.audits:
            self.audits[fn.name] = False  # while it is looked at: of those that call each other
            own = Obligations(self.world, self.places, self.effects, self.stored, fn, self.audits)
            self.audits[fn.name] = own.audits_always()
        return self.audits[fn.name]

    def _arguments(
        self, params: list[Parameter], args: tuple[AnyExpr, ...], at: At | None, callee: str
    ) -> dict[str, str]:
        """Take the arguments; the variables of the handles that are lent, by their types."""
        owners: dict[str, str] = {}
        for param, arg in zip(params, args, strict=False):
            held = self._value(arg)
            if not held:
                continue
            if param.ownership == "own":
                self._given(held, arg, callee)
            elif held.token is not None:
                owners[held.token.type.name] = held.name
        return owners

    def _given(self, held: Held, arg: AnyExpr, callee: str) -> None:
        """A handle is given away; to the function that releases it, or to any other."""
        if held.name:
            handle = self.world.handle(held.token.type) if held.token is not None else None
            ends = self.deferring or (handle is not None and handle.release == callee)
            self._consume(held.name, "released" if ends else "moved", arg.at)

    def _made(self, type_: AnyType | None, at: At | None, owners: Mapping[str, str]) -> Held:
        """The handles in what a call gives."""
        plain = bare(type_) if type_ is not None else None
        match plain:
            case Foreign():
                handle = self.world.handle(plain)
                if handle is None:
                    return NOTHING
                return Held(Token(plain, at, owners.get(handle.owner, "")))
            case TupleOf(items):
                parts = tuple(self._made(item, at, owners) for item in items)
                return Held(parts=parts) if any(parts) else NOTHING
            case ResultOf(ok, _):
                inner = self._made(ok, at, owners)
                return Held(inside=inner) if inner else NOTHING
            case OptionOf(item):
                inner = self._made(item, at, owners)
                return Held(inside=inner) if inner else NOTHING
        return NOTHING

    def _log(self, expr: Log) -> Held:
        for _, value in expr.fields:
            self._value(value)
        if self.state is not None and not self.deferring:
            self.state = self.state._replace(audited=True, guarded=True)
        return NOTHING

    # ---------------------------------------------------------------- where handles cannot go

    def _variant(self, expr: MakeVariant) -> Held:
        if expr.type:
            return self._stored(expr, "a variant")
        if not expr.args:
            return NOTHING
        held = self._branch(expr.args[0])
        return Held(inside=held) if held else NOTHING

    def _list(self, expr: MakeList) -> Held:
        if not isinstance(bare(expr.of) if expr.of is not None else None, TupleOf):
            return self._stored(expr, "a list")
        held = [self._value(item) for item in expr.items]
        self.together = {each.name for each in held if each.name}
        for each, item in zip(held, expr.items, strict=True):
            self._moved(each, item.at)
        self.together = set()
        parts = tuple(each._replace(name="") for each in held)
        return Held(parts=parts) if any(parts) else NOTHING

    def _record(self, expr: AnyExpr) -> Held:
        return self._stored(expr, "a record or map")

    def _stored(self, expr: AnyExpr, place: str) -> Held:
        for child in children(expr):
            if isinstance(child, AnyExpr):
                held = self._value(child)
                if held:
                    self._report("KS0305", child.at or expr.at, "", place=place)
                    self._moved(held, child.at)
            elif not isinstance(child, AnyType | AnyPattern):
                self._inner(child)
        return NOTHING

    def _lambda(self, expr: Lambda) -> Held:
        slots = self.state.slots if self.state is not None else {}
        for node in walk(expr.body):
            if isinstance(node, Local) and node.name in slots and node.name not in expr.params:
                self._report("KS0305", node.at or expr.at, node.name, place="a lambda")
        before = self.state
        self._value(expr.body)
        self.state = before
        return NOTHING

    def _operation(self, expr: AnyExpr) -> Held:
        for child in children(expr):
            self._inner(child)
        if self.state is not None:
            self._may_fail(expr)
        return NOTHING

    def _convert(self, expr: Convert) -> Held:
        held = self._value(expr.value)
        if self.state is not None:
            self._may_fail(expr)
        return held


Handler = Callable[[Obligations, Any], Held]

HANDLERS: dict[type, Handler] = {
    Local: Obligations._local,
    Block: Obligations._block,
    Define: Obligations._define,
    Let: Obligations._let,
    Assign: Obligations._assign,
    Item: Obligations._item,
    If: Obligations._if,
    Match: Obligations._match,
    While: Obligations._while,
    ForEach: Obligations._for,
    Break: Obligations._break,
    Continue: Obligations._break,
    Return: Obligations._return,
    Try: Obligations._try,
    Defer: Obligations._defer,
    Unsafe: Obligations._unsafe,
    Invoke: Obligations._invoke,
    Call: Obligations._call,
    Log: Obligations._log,
    MakeVariant: Obligations._variant,
    MakeList: Obligations._list,
    MakeRecord: Obligations._record,
    MakeMap: Obligations._record,
    Update: Obligations._record,
    Lambda: Obligations._lambda,
    Op: Obligations._operation,
    Convert: Obligations._convert,
}


def _last(expr: AnyExpr) -> AnyExpr:
    """Where a body ends: the last item of its last block."""
    while isinstance(expr, Block | Unsafe):
        inner = expr.items[-1] if isinstance(expr, Block) and expr.items else None
        if isinstance(expr, Unsafe):
            inner = expr.body
        if inner is None or inner.at is None:
            break
        expr = inner
    return expr


def _shown(name: str) -> str:
    return "the handle" if name.startswith("$") else name


def _handles(world: World, type_: AnyType) -> bool:
    return _handle_in(world, type_) is not None


def _handle_in(world: World, type_: AnyType) -> Any:
    plain = bare(type_)
    if isinstance(plain, OptionOf):
        plain = bare(plain.item)
    return plain if world.handle(plain) is not None else None


def _bindings(pattern: AnyPattern, held: Held) -> dict[str, Held]:
    """The names that a pattern binds, with the handles in what they are bound to."""
    match pattern:
        case Bind(name):
            return {name: held}
        case OfVariant(variant, items):
            inner = (
                held.inside if held.inside is not None and variant in ("Ok", "Some") else NOTHING
            )
            found: dict[str, Held] = {}
            for item in items:
                found.update(_bindings(item, inner))
            return found
        case OfTuple(items):
            parts = held.parts or (NOTHING,) * len(items)
            found = {}
            for item, part in zip(items, parts, strict=False):
                found.update(_bindings(item, part))
            return found
    return {}
