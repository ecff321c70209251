"""Functions made at random: of numbers, texts, lists, options, with loops, matches and `?`."""

from __future__ import annotations

from typing import Any, NamedTuple

from hypothesis import strategies as st

INTS = {"i8": (-(2**7), 2**7 - 1), "u8": (0, 2**8 - 1), "i32": (-(2**31), 2**31 - 1),
        "u32": (0, 2**32 - 1), "i64": (-(2**63), 2**63 - 1), "u64": (0, 2**64 - 1)}  # fmt: skip
TYPES = [*INTS, "f64", "Bool", "String", "[i32]", "Option<i32>"]
FLOATS = [
    0.0,
    -0.0,
    1.0,
    -1.5,
    0.1,
    1e300,
    -1e300,
    5e-324,
    float("inf"),
    float("-inf"),
    float("nan"),
]
TEXTS = ["", "a", "ab", "A b", "\N{LATIN SMALL LETTER E WITH ACUTE}", " x ", "b,a,"]


class Program(NamedTuple):
    """A function's text, what it takes, and what it is called with."""

    text: str
    calls: tuple[tuple[Any, ...], ...]


def values(type_: str) -> st.SearchStrategy[Any]:
    if type_ in INTS:
        lo, hi = INTS[type_]
        edges = [x for x in (lo, lo + 1, -1, 0, 1, 2, 7, hi - 1, hi) if lo <= x <= hi]
        return st.sampled_from(edges) | st.integers(lo, hi)
    return {
        "f64": st.sampled_from(FLOATS) | st.floats(),
        "Bool": st.booleans(),
        "String": st.sampled_from(TEXTS),
        "[i32]": st.lists(values("i32"), max_size=4) if type_ == "[i32]" else st.nothing(),
        "Option<i32>": st.none() | values("i32") if type_ == "Option<i32>" else st.nothing(),
    }[type_]


class Writer:
    """Writes one function."""

    def __init__(self, draw: Any, params: list[str]) -> None:
        self.draw = draw
        self.names = {f"p{n}": t for n, t in enumerate(params)}
        self.variables: dict[str, str] = {}
        self.serial = 0

    def pick(self, items: list[Any]) -> Any:
        return self.draw(st.sampled_from(items))

    def fresh(self) -> str:
        self.serial += 1
        return f"v{self.serial}"

    def expr(self, type_: str, depth: int) -> str:
        known = [n for n, t in {**self.names, **self.variables}.items() if t == type_]
        if known and (depth <= 0 or self.draw(st.integers(0, 2)) == 0):
            return str(self.pick(known))
        if depth <= 0:
            return self.literal(type_)
        forms = [self.literal_of, self.conditional, self.matched, self.block]
        forms += {"f64": [self.real], "Bool": [self.test] * 3, "String": [self.text] * 2,
                  "[i32]": [self.listed] * 2, "Option<i32>": [self.option]}.get(
            type_, [self.whole] * 4
        )  # fmt: skip
        return str(self.pick(forms)(type_, depth - 1))

    def literal(self, type_: str) -> str:
        if type_ in INTS:
            return f"({self.pick([0, 1, 2, 3, 7, 100])} as {type_})"
        return {"f64": "1.5", "Bool": "true", "String": '"k"', "[i32]": "{ let e: [i32] = []; e }",
                "Option<i32>": "{ let e: Option<i32> = None; e }"}.get(type_, "0")  # fmt: skip

    def literal_of(self, type_: str, depth: int) -> str:
        if type_ == "[i32]":
            items = [self.expr("i32", depth - 1) for _ in range(self.draw(st.integers(0, 2)))]
            return f"{{ let e: [i32] = [{', '.join(items)}]; e }}"
        if type_ == "Option<i32>":
            return f"Some({self.expr('i32', depth)})"
        return self.literal(type_)

    def conditional(self, type_: str, depth: int) -> str:
        parts = self.expr("Bool", depth), self.expr(type_, depth), self.expr(type_, depth)
        return "(if {} then {} else {})".format(*parts)

    def matched(self, type_: str, depth: int) -> str:
        subject = self.subject(depth)
        name = self.fresh()
        self.names[name] = "i32"
        some = self.expr(type_, depth)
        del self.names[name]
        return (
            f"(match {subject} with | Some({name}) -> {some} | None -> {self.expr(type_, depth)})"
        )

    def subject(self, depth: int) -> str:
        """An option whose type is known from itself."""
        name = self.fresh()
        return f"{{ let {name}: Option<i32> = {self.expr('Option<i32>', depth)}; {name} }}"

    def block(self, type_: str, depth: int) -> str:
        name, inner = self.fresh(), self.pick(TYPES)
        value = self.expr(inner, depth)
        self.names[name] = inner
        body = self.expr(type_, depth)
        del self.names[name]
        return f"{{ let {name}: {inner} = {value}; {body} }}"

    def whole(self, type_: str, depth: int) -> str:
        other = self.pick(list(INTS))
        a, b = self.expr(type_, depth), self.expr(other, depth)
        form = self.draw(st.integers(0, 5))
        if form == 0:
            method = self.pick(["add", "sub", "mul"])
            kind = self.pick(["wrapping", "saturating"])
            return f"{a}.{kind}_{method}({self.expr(type_, depth)})"
        if form == 1:
            return f"(len({self.expr(self.pick(['String', '[i32]']), depth)}) as {type_})"
        if form == 2:
            return f"({self.expr('f64', depth)} as {type_})"
        if form == 3:
            return f"({self.expr('[i32]', depth)}[{self.expr('u8', depth)}] as {type_})"
        op = self.pick(["+", "-", "*", "/", "%", "band", "bor", "bxor", "shl", "shr"])
        return f"(({a} {op} {b}) as {type_})"

    def real(self, type_: str, depth: int) -> str:
        if self.draw(st.booleans()):
            return f"({self.expr(self.pick(list(INTS)), depth)} as f64)"
        op = self.pick(["+", "-", "*", "/"])
        return f"({self.expr('f64', depth)} {op} {self.expr('f64', depth)})"

    def test(self, type_: str, depth: int) -> str:
        form = self.draw(st.integers(0, 4))
        if form == 0:
            op = self.pick(["&&", "||"])
            return f"({self.expr('Bool', depth)} {op} {self.expr('Bool', depth)})"
        if form == 1:
            return f"!{self.expr('Bool', depth)}"
        if form == 2:
            name = self.fresh()
            self.names[name] = "i32"
            inner = self.expr("Bool", depth)
            del self.names[name]
            quantifier = self.pick(["all", "any", "none"])
            return f"{self.expr('[i32]', depth)}.{quantifier}(|{name}| {inner})"
        kind = self.pick(["f64", "String", *INTS])
        other = kind if kind in ("f64", "String") else self.pick(list(INTS))
        op = self.pick(["==", "!=", "<", "<=", ">", ">="])
        return f"({self.expr(kind, depth)} {op} {self.expr(other, depth)})"

    def text(self, type_: str, depth: int) -> str:
        form = self.draw(st.integers(0, 2))
        a = self.expr("String", depth)
        if form == 0:
            return f"{a}.{self.pick(['upper', 'lower', 'trim'])}()"
        if form == 1:
            return f"({a} + {self.expr('String', depth)})"
        name, kind = self.fresh(), self.pick(["f64", "Bool", "u64", "i64"])
        return f'{{ let {name}: {kind} = {self.expr(kind, depth)}; "<{{{name}}}>" }}'

    def listed(self, type_: str, depth: int) -> str:
        name = self.fresh()
        xs = self.expr("[i32]", depth)
        self.names[name] = "i32"
        form = self.draw(st.integers(0, 1))
        made = (
            f"{xs}.map(|{name}| {self.expr('i32', depth)})"
            if form
            else f"{xs}.filter(|{name}| {self.expr('Bool', depth)})"
        )
        del self.names[name]
        return made

    def option(self, type_: str, depth: int) -> str:
        return f"Some({self.expr('Option<i32>', depth)}?)"

    # ---------------------------------------------------------------- statements

    def body(self, result: str) -> list[str]:
        lines = []
        for _ in range(self.draw(st.integers(0, 3))):
            lines += self.statement()
        lines.append(self.expr(result, 3))
        return lines

    def statement(self) -> list[str]:
        form = self.draw(st.integers(0, 3))
        if form == 0 or not self.variables:
            name, type_ = self.fresh(), self.pick(TYPES)
            line = f"var {name}: {type_} = {self.expr(type_, 2)}"
            self.variables[name] = type_
            return [line]
        name = self.pick(list(self.variables))
        assign = f"{name} := {self.expr(self.variables[name], 2)}"
        if form == 1:
            return [assign]
        if form == 2:
            return [f"if {self.expr('Bool', 2)} then {assign}"]
        item = self.fresh()
        loop = f"for {item} in {self.expr('[i32]', 1)} {{"
        self.names[item] = "i32"
        inner = f"  if {self.expr('Bool', 1)} then {self.pick(['break', 'continue'])}"
        again = f"  {name} := {self.expr(self.variables[name], 2)}"
        del self.names[item]
        return [loop, inner, again, "}"]


@st.composite
def programs(draw: Any, number: int = 0) -> Program:
    params = draw(st.lists(st.sampled_from(TYPES), min_size=1, max_size=3))
    result = "Option<i32>" if draw(st.integers(0, 3)) == 0 else draw(st.sampled_from(TYPES))
    writer = Writer(draw, params)
    lines = writer.body(result)
    if "?" in "\n".join(lines) and result != "Option<i32>":
        result = "Option<i32>"
        lines[-1] = writer.expr("Option<i32>", 1)
    head = ", ".join(f"p{n}: {t}" for n, t in enumerate(params))
    text = "\n".join([f"({head}) -> {result} effect {{panic}} {{", *(f"  {x}" for x in lines), "}"])
    calls = draw(st.lists(st.tuples(*map(values, params)), min_size=3, max_size=8))
    return Program(text, tuple(calls))
