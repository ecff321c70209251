"""The table of operations against Python, and expressions that are no operations."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kestrel import _core
from kestrel.ir import canon
from kestrel.ir.decls import AnyDecl, Bundle, Config, Fn, Param, Sum, Variant
from kestrel.ir.exprs import (
    AnyExpr,
    Arm,
    Bind,
    Call,
    ConfigRef,
    Const,
    Edit,
    Equals,
    Field,
    If,
    Is,
    Item,
    Lambda,
    Let,
    Local,
    MakeList,
    MakeMap,
    MakeRecord,
    MakeVariant,
    Match,
    OfRecord,
    OfTuple,
    OfVariant,
    Op,
    SecretRef,
    Step,
    Update,
    Wild,
    Within,
)
from kestrel.ir.types import Scalar

JSON, INT = Scalar("Json"), Scalar("Int")


def evaluate(expr: AnyExpr, *decls: AnyDecl) -> Any:
    """The value of an expression, as the document of a config."""
    config = Config(name="t.c", type=JSON, value=expr)
    every = tuple(sorted((*decls, config), key=lambda d: d.name))
    return _core.evaluate_config(canon.encode(Bundle(JSON, every)), "t.c").to_python()


def failure(expr: AnyExpr, *decls: AnyDecl) -> str:
    with pytest.raises(_core.Invalid) as caught:
        evaluate(expr, *decls)
    ((code, values, *_),) = caught.value.issues
    return f"{code} {values['why']}"


def const(value: Any) -> AnyExpr:
    """A Python value as an expression; a tuple is an option, with an item or without."""
    match value:
        case bool():
            return Const(type="Bool", value=value)
        case int():
            return Const(type="Int", value=value)
        case float():
            return Const(type="f64", value=value)
        case str():
            return Const(type="String", value=value)
        case bytes():
            return Const(type="Bytes", value=value.hex())
        case list():
            return MakeList(tuple(const(item) for item in value))
        case dict():
            return MakeMap(tuple((const(k), const(v)) for k, v in value.items()))
        case tuple():
            return MakeVariant("", "Some" if value else "None", tuple(const(x) for x in value))
    raise TypeError(value)


def op(name: str, *args: Any) -> Op:
    return Op(name, tuple(arg if hasattr(arg, "__struct_fields__") else const(arg) for arg in args))


# ---------------------------------------------------------------- every operation, against Python


class Fails(Exception):
    """The operation fails."""


def within(value: int) -> int:
    if not -(2**127) <= value < 2**127:
        raise Fails
    return value


def divide(a: int, b: int) -> int:
    if b == 0:
        raise Fails
    return within(abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1))


def remainder(a: int, b: int) -> int:
    if b == 0:
        raise Fails
    return a - b * (abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1))


def shift(a: int, b: int, left: bool) -> int:
    if not 0 <= b <= 127:
        raise Fails
    return within(a << b) if left else a >> b


def quotient(a: float, b: float) -> float:
    if b != 0:
        return a / b
    if a == 0:
        return math.nan
    return math.copysign(math.inf, a) * math.copysign(1, b)


def first(items: Any, *other: Any) -> Any:
    if items:
        return items[0]
    if not other:
        raise Fails
    return other[0]


def at(items: list[Any], i: int) -> Any:
    if not 0 <= i < len(items):
        raise Fails
    return items[i]


def entry(entries: dict[str, Any], key: str) -> Any:
    if key not in entries:
        raise Fails
    return entries[key]


def split(text: str, by: str) -> list[str]:
    if not by:
        raise Fails
    return text.split(by)


def extreme(choose: Callable[[list[int]], int]) -> Callable[[Any, Any], int]:
    def run(items: list[int], f: Any) -> int:
        if not items:
            raise Fails
        return choose([f(x) for x in items])

    return run


def ordered(entries: dict[str, Any]) -> dict[str, Any]:
    return dict(sorted(entries.items(), key=lambda e: e[0].encode()))


class Function:
    """A function as an expression and in Python."""

    def __init__(self, body: AnyExpr, python: Callable[[Any], Any]) -> None:
        self.expr = Lambda(("x",), body)
        self.python = python

    def __call__(self, x: Any) -> Any:
        return self.python(x)


X = Local("x")
INTS = st.one_of(
    st.integers(-5, 130),
    st.integers(-(2**127), 2**127 - 1),
    st.sampled_from([-(2**127), 2**127 - 1]),
)
SMALL = st.integers(-9, 9)
FLOATS = st.floats(allow_nan=False, allow_infinity=False).map(lambda x: x + 0.0)
"""Constants: -0.0 is none, its canonical form is 0 (RFC 8785); only operations make it."""
TEXTS = st.text("abAB é€😀,\t", max_size=5)
LISTS = st.lists(SMALL, max_size=5)
MAPS = st.dictionaries(TEXTS, SMALL, max_size=5)
OPTIONS = st.one_of(st.just(()), st.tuples(SMALL))
TESTS = st.sampled_from(
    [
        Function(op("int.gt", X, 2), lambda x: x > 2),
        Function(op("any.eq", op("int.rem", X, 2), 0), lambda x: x % 2 == 0),
    ]
)
MEASURES = st.sampled_from(
    [Function(X, lambda x: x), Function(op("int.mul", X, X), lambda x: x * x)]
)
ANY = st.one_of(SMALL, st.booleans(), TEXTS, LISTS, MAPS, OPTIONS)
PAIRS = ANY.flatmap(lambda v: st.tuples(st.just(v), st.one_of(st.just(v), ANY)))


def compare(name: str, kind: Any) -> dict[str, tuple[Any, ...]]:
    return {
        f"{name}.lt": (kind, kind, lambda a, b: a < b),
        f"{name}.le": (kind, kind, lambda a, b: a <= b),
        f"{name}.gt": (kind, kind, lambda a, b: a > b),
        f"{name}.ge": (kind, kind, lambda a, b: a >= b),
    }


def quantifiers(name: str, kind: Any, values: Callable[[Any], list[int]]) -> dict[str, Any]:
    return {
        f"{name}.all": (kind, TESTS, lambda c, f: all(f(x) for x in values(c))),
        f"{name}.any": (kind, TESTS, lambda c, f: any(f(x) for x in values(c))),
        f"{name}.none": (kind, TESTS, lambda c, f: not any(f(x) for x in values(c))),
        f"{name}.count": (kind, TESTS, lambda c, f: sum(f(x) for x in values(c))),
        f"{name}.sum": (kind, MEASURES, lambda c, f: sum(f(x) for x in values(c))),
        f"{name}.min": (kind, MEASURES, lambda c, f: extreme(min)(values(c), f)),
        f"{name}.max": (kind, MEASURES, lambda c, f: extreme(max)(values(c), f)),
    }


ASCII_LOWER = {c: c + 32 for c in range(ord("A"), ord("Z") + 1)}
ASCII_UPPER = {c + 32: c for c in ASCII_LOWER}
PATTERN = st.just("a+|[^a-z]*")

# Name: strategies of the operands, then what the operation means.
REFERENCE: dict[str, tuple[Any, ...]] = {
    "bool.not": (st.booleans(), lambda a: not a),
    "bool.and": (st.booleans(), st.booleans(), lambda a, b: a and b),
    "bool.or": (st.booleans(), st.booleans(), lambda a, b: a or b),
    "int.add": (INTS, INTS, lambda a, b: within(a + b)),
    "int.sub": (INTS, INTS, lambda a, b: within(a - b)),
    "int.mul": (INTS, INTS, lambda a, b: within(a * b)),
    "int.div": (INTS, INTS, divide),
    "int.rem": (INTS, INTS, remainder),
    "int.neg": (INTS, lambda a: within(-a)),
    "int.and": (INTS, INTS, lambda a, b: a & b),
    "int.or": (INTS, INTS, lambda a, b: a | b),
    "int.xor": (INTS, INTS, lambda a, b: a ^ b),
    "int.shl": (INTS, INTS, lambda a, b: shift(a, b, True)),
    "int.shr": (INTS, INTS, lambda a, b: shift(a, b, False)),
    "int.wrap": (INTS, st.just(-128), st.just(127), lambda a, lo, _: (a - lo) % 256 + lo),
    "int.clamp": (INTS, st.just(-128), st.just(127), lambda a, lo, hi: max(lo, min(hi, a))),
    "int.mul_wrap": (INTS, INTS, lambda a, b: (a * b + 2**127) % 2**128 - 2**127),
    "int.mul_clamp": (INTS, INTS, lambda a, b: max(-(2**127), min(2**127 - 1, a * b))),
    **compare("int", INTS),
    "int.to_float": (INTS, float),
    "float.add": (FLOATS, FLOATS, lambda a, b: a + b),
    "float.sub": (FLOATS, FLOATS, lambda a, b: a - b),
    "float.mul": (FLOATS, FLOATS, lambda a, b: a * b),
    "float.div": (FLOATS, FLOATS, quotient),
    "float.neg": (FLOATS, lambda a: -a),
    **compare("float", FLOATS),
    "float.to_int": (FLOATS, lambda a: within(int(a))),
    **compare("text", TEXTS),
    "text.len": (TEXTS, len),
    "text.concat": (TEXTS, TEXTS, lambda a, b: a + b),
    "text.matches": (TEXTS, PATTERN, lambda a, _: set(a) == {"a"} or not set(a) & set("ab")),
    "text.starts_with": (TEXTS, TEXTS, str.startswith),
    "text.ends_with": (TEXTS, TEXTS, str.endswith),
    "text.contains": (TEXTS, TEXTS, lambda a, b: b in a),
    "text.lower": (TEXTS, lambda a: a.translate(ASCII_LOWER)),
    "text.upper": (TEXTS, lambda a: a.translate(ASCII_UPPER)),
    "text.trim": (TEXTS, lambda a: a.strip(" \t\n\r\v\f")),
    "text.split": (TEXTS, TEXTS, split),
    "text.join": (st.lists(TEXTS, max_size=4), TEXTS, lambda a, b: b.join(a)),
    "bytes.at": (st.binary(max_size=5), st.integers(-1, 6), at),
    "bytes.concat": (st.binary(max_size=5), st.binary(max_size=5), lambda a, b: a + b),
    "bytes.len": (st.binary(max_size=5), len),
    "any.show": (st.one_of(INTS, TEXTS), str),
    "any.eq": (ANY, ANY, lambda a, b: type(a) is type(b) and a == b),
    "any.ne": (ANY, ANY, lambda a, b: type(a) is not type(b) or a != b),
    "list.len": (LISTS, len),
    "list.contains": (LISTS, SMALL, lambda a, b: b in a),
    **quantifiers("list", LISTS, list),
    "list.map": (LISTS, MEASURES, lambda a, f: [f(x) for x in a]),
    "list.filter": (LISTS, TESTS, lambda a, f: [x for x in a if f(x)]),
    "list.concat": (LISTS, LISTS, lambda a, b: a + b),
    "list.unique": (LISTS, MEASURES, lambda a, f: len({f(x) for x in a}) == len(a)),
    "list.at": (LISTS, SMALL, at),
    "list.distinct": (LISTS, lambda a: list(dict.fromkeys(a))),
    "list.range": (SMALL, SMALL, lambda a, b: list(range(a, b))),
    "map.len": (MAPS, len),
    "map.has": (MAPS, TEXTS, lambda a, b: b in a),
    "map.at": (MAPS, TEXTS, entry),
    **quantifiers("map", MAPS, lambda m: list(m.values())),
    "map.keys": (MAPS, lambda a: list(ordered(a))),
    "map.values": (MAPS, lambda a: list(ordered(a).values())),
    "map.map": (MAPS, MEASURES, lambda a, f: {k: f(v) for k, v in a.items()}),
    "map.filter": (MAPS, TESTS, lambda a, f: {k: v for k, v in a.items() if f(v)}),
    "map.merge": (MAPS, MAPS, lambda a, b: a | b),
    "map.without": (MAPS, TEXTS, lambda a, b: {k: v for k, v in a.items() if k != b}),
    "option.or": (OPTIONS, SMALL, first),
    "option.get": (OPTIONS, first),
    "option.some": (SMALL, lambda a: a),
    "option.none": (lambda: None,),
}
ELSEWHERE = {"entry.key"}  # needs a function's parameter: test_keys_of_entries


@pytest.mark.parametrize(("one", "other"), [([], {}), ({}, []), ([], ()), ({}, ())])
def test_nothing_of_one_kind_is_not_nothing_of_another(one: Any, other: Any) -> None:
    assert evaluate(op("any.eq", one, other)) is False


def test_every_operation_has_a_reference() -> None:
    names = {name for name, _, _ in _core.OPERATIONS}
    assert names == set(REFERENCE) | ELSEWHERE
    assert len(_core.OPERATIONS) == len(names)


def outcome(run: Callable[[], Any]) -> Any:
    try:
        return run()
    except (Fails, _core.Invalid):
        return Fails


def same(a: Any, b: Any) -> bool:
    if isinstance(a, float) and isinstance(b, float):
        return a == b or (math.isnan(a) and math.isnan(b))
    return type(a) is type(b) and bool(a == b)


@pytest.mark.parametrize("name", sorted(REFERENCE))
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_operation(name: str, data: st.DataObject) -> None:
    *kinds, meaning = REFERENCE[name]
    args = [data.draw(kind) for kind in kinds]
    exprs = [a.expr if isinstance(a, Function) else const(a) for a in args]
    if name.startswith("any.") and len(args) == 2 and data.draw(st.booleans()):
        args, exprs = [args[0]] * 2, [exprs[0]] * 2
    got = outcome(lambda: evaluate(Op(name, tuple(exprs))))
    assert same(got, outcome(lambda: meaning(*args))), (args, got)


# ---------------------------------------------------------------- failures

FAILURES = [
    (op("int.add", 2**127 - 1, 1), "beyond 128 bits"),
    (op("int.div", 1, 0), "division by zero"),
    (op("int.div", -(2**127), -1), "beyond 128 bits"),
    (op("option.get", ()), "this option has no item"),
    (op("map.at", {"a": 1}, "b"), "there is no entry `b`"),
    (op("list.at", [1], 1), "there is no item of this position"),
    (op("text.split", "a", ""), "the separator is empty"),
    (op("list.range", 0, 65537), "more than 65,536 numbers"),
    (op("float.to_int", 1e300), "no integer of 128 bits"),
    (MakeMap(((const("a"), const(1)), (const("a"), const(2)))),
     "two entries have one key"),
    (op("int.add", "a", 1), "unexpected Text"),
    (Local("nobody"), "`nobody` is no value here"),
    (Match(const(3), (Arm(Equals(Const(type="Int", value=4)), const(1)),)),
     "no arm of this `match` fits"),
]  # fmt: skip


@pytest.mark.parametrize(("expr", "why"), FAILURES, ids=[why for _, why in FAILURES])
def test_failure(expr: AnyExpr, why: str) -> None:
    assert failure(expr) == f"KS0440 {why}"


def test_a_failure_has_its_place() -> None:
    bad = Op("int.div", (const(1), const(0)), at=(2, 30, 35))
    with pytest.raises(_core.Invalid) as caught:
        evaluate(If(const(True), bad, const(1), at=(2, 10, 50)))
    assert caught.value.issues[0][5] == (2, 30, 35)


def test_only_what_is_needed_is_evaluated() -> None:
    bad = op("any.eq", op("int.div", 1, 0), 1)
    assert evaluate(op("bool.and", False, bad)) is False
    assert evaluate(op("bool.or", True, bad)) is True
    assert evaluate(If(const(True), const(1), bad)) == 1
    assert evaluate(op("option.or", (4,), op("int.div", 1, 0))) == 4
    divides = Lambda(("x",), op("int.gt", op("int.div", 6, X), 1))
    assert evaluate(op("list.any", [2, 0], divides)) is True


def test_steps_are_bounded() -> None:
    million = op("list.range", 0, 65536)
    nested = op(
        "list.all", million, Lambda(("x",), op("list.all", million, Lambda(("y",), const(True))))
    )
    assert failure(nested) == "KS0440 the evaluation takes too long"


def test_memory_is_bounded() -> None:
    body: AnyExpr = op("text.len", Local("t"))
    for _ in range(60):
        body = Let("t", op("text.concat", Local("t"), Local("t")), body)
    assert failure(Let("t", const("x" * 64), body)) == "KS0440 the evaluation takes too much memory"


def test_documents_are_bounded() -> None:
    body: AnyExpr = Local("t")
    for _ in range(60):
        body = Let("t", MakeList((Local("t"), Local("t"))), body)
    assert failure(Let("t", const(1), body)) == "KS0440 the evaluation takes too long"


# ---------------------------------------------------------------- the other kinds of expression


def fn(name: str, params: tuple[str, ...], body: AnyExpr) -> Fn:
    return Fn(name=name, params=tuple(Param(p, INT) for p in params), result=INT, body=body)


def test_functions() -> None:
    twice = fn("t.twice", ("f", "x"), Call("f", (Call("f", (X,)),)))
    triple = fn("t.triple", ("x",), op("int.mul", X, 3))
    expr = Let("k", const(10), Call("t.twice", (
        Lambda(("y",), op("int.add", Call("t.triple", (Local("y"),)), Local("k"))), const(1),
    )))  # fmt: skip
    assert evaluate(expr, twice, triple) == 49


def test_recursion_is_refused() -> None:
    even = fn("t.even", ("x",), Call("t.odd", (X,)))
    odd = fn("t.odd", ("x",), Call("t.even", (X,)))
    assert "call each other too deeply" in failure(Call("t.even", (const(1),)), even, odd)


def test_depth_is_bounded() -> None:
    chain = [fn("t.f0", ("x",), X)]
    for i in range(1, 700):
        chain.append(fn(f"t.f{i}", ("x",), Call(f"t.f{i - 1}", (X,))))
    assert "nested too deeply" in failure(Call("t.f699", (const(1),)), *chain)
    assert evaluate(Call("t.f99", (const(1),)), *chain[:100]) == 1


PEER = Sum(
    name="t.Peer",
    variants=(Variant(name="Off"), Variant(name="One", items=(INT,)), Variant(name="Two")),
)


def test_variants_and_match() -> None:
    off, one = MakeVariant("t.Peer", "Off"), MakeVariant("t.Peer", "One", (const(7),))
    assert evaluate(MakeList((off, one)), PEER) == ["Off", {"One": 7}]
    arms = (
        Arm(
            OfVariant("One", (Within(Const(type="Int", value=8), Const(type="Int", value=9)),)),
            const("high"),
        ),
        Arm(OfVariant("One", (Bind("n"),)), op("any.show", Local("n"))),
        Arm(Wild(), const("none")),
    )
    assert evaluate(MakeList((Match(off, arms), Match(one, arms))), PEER) == ["none", "7"]
    assert evaluate(MakeList((Is(off, "Off"), Is(one, "Off"))), PEER) == [True, False]
    assert evaluate(op("any.eq", off, MakeVariant("t.Peer", "Off")), PEER) is True
    assert evaluate(op("int.lt", off, MakeVariant("t.Peer", "Two")), PEER) is True


def test_options() -> None:
    arms = (Arm(OfVariant("Some", (Bind("n"),)), Local("n")), Arm(OfVariant("None"), const(0)))
    assert evaluate(MakeList((Match(const((5,)), arms), Match(const(()), arms)))) == [5, 0]
    assert evaluate(Is(op("list.filter", (3,), Lambda(("x",), op("int.gt", X, 4))), "None")) is True
    assert evaluate(MakeRecord((("a", const(())), ("b", const((1,)))))) == {"b": 1}


def test_tuples_and_records() -> None:
    pair = MakeList((const(1), const("a")))
    assert evaluate(Match(pair, (Arm(OfTuple((Bind("a"), Bind("b"))), Local("b")),))) == "a"
    assert evaluate(Item(pair, 1)) == "a"
    point = MakeRecord((("x", const(1)), ("y", const(2))))
    both = op("int.add", Local("x"), Local("y"))
    assert evaluate(Match(point, (Arm(OfRecord(("x", "y")), both),))) == 3
    assert evaluate(Field(point, "y")) == 2


def test_keys_of_entries() -> None:
    key = Lambda(("l",), op("any.eq", Op("entry.key", (Local("l"),)), "b"))
    assert evaluate(op("map.filter", {"a": 1, "b": 2}, key)) == {"b": 2}


def edit(value: Any, *path: Any) -> Edit:
    steps = tuple(Step(p) if isinstance(p, str) else Step(key=const(p[0])) for p in path)
    return Edit(steps, const(value) if not hasattr(value, "__struct_fields__") else value)


def test_updates() -> None:
    base = Config(name="t.base", type=JSON, value=const({"a": {"b": 1}, "l": [1, 2]}))
    edits = (
        edit(2, "a", "c"),
        edit(3, "new", ["made key"], "x"),
        edit(9, "l", [1]),
        edit((), "a", "b"),
    )
    made = evaluate(Update(ConfigRef("t.base"), edits), base)
    assert made == {"a": {"c": 2}, "l": [1, 9], "new": {"made key": {"x": 3}}}
    assert evaluate(ConfigRef("t.base"), base) == {"a": {"b": 1}, "l": [1, 2]}
    assert failure(Update(ConfigRef("t.base"), (edit(0, "l", [2]),)), base).startswith("KS0440")


def test_configs_may_not_need_themselves() -> None:
    loop = Config(name="t.loop", type=JSON, value=MakeList((ConfigRef("t.c"),)))
    assert failure(ConfigRef("t.loop"), loop) == "KS0440 `t.c` needs itself"


def test_a_config_is_evaluated_once() -> None:
    configs = [Config(name="t.x0", type=JSON, value=const(1))]
    for i in range(1, 60):
        both = op("int.add", ConfigRef(f"t.x{i - 1}"), ConfigRef(f"t.x{i - 1}"))
        configs.append(Config(name=f"t.x{i}", type=JSON, value=both))
    assert evaluate(ConfigRef("t.x59"), *configs) == 2**59


def test_secrets_are_never_shown() -> None:
    assert evaluate(op("any.show", SecretRef("env:DB"))) == "<secret>"


def test_shown_as_a_person_writes_it() -> None:
    second = Const(type="Duration", value=1_500_000_000)
    size = Const(type="Size", value=65536)
    assert evaluate(op("any.show", second)) == "1s500ms"
    assert evaluate(op("any.show", op("int.mul", second, 2))) == "3s"
    assert evaluate(op("any.show", op("int.div", second, second))) == "1"
    assert evaluate(op("any.show", size)) == "64KiB"
    assert evaluate(op("any.show", ["a", "b"])) == '["a", "b"]'
    assert evaluate(op("any.show", {"k": (1,)})) == "{k: 1}"
