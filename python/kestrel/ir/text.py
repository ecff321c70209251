"""The text form of the IR, for people: what a declaration became, one line for each part.

Deterministic and complete but for places and docs. Operations are written as in the core's table,
`int.add(a, b)`; a constant as `4:u16`, without its type where the text says it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from kestrel.ir.decls import (
    AnyDecl,
    Bundle,
    Compute,
    Config,
    Default,
    Field,
    Fn,
    Migration,
    Newtype,
    Param,
    Record,
    Rule,
    Sum,
    Variant,
    When,
)
from kestrel.ir.exprs import (
    AnyExpr,
    AnyPattern,
    Assign,
    Bind,
    Block,
    Break,
    Call,
    Code,
    ConfigRef,
    Const,
    Continue,
    Convert,
    Copy,
    Defer,
    Define,
    Edit,
    Equals,
    ForEach,
    If,
    Invoke,
    Is,
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
    Merge,
    OfRecord,
    OfTuple,
    OfVariant,
    Op,
    Return,
    SecretRef,
    Statement,
    Step,
    Try,
    Unsafe,
    Update,
    While,
    Wild,
    Within,
)
from kestrel.ir.exprs import Field as FieldOf
from kestrel.ir.types import (
    AnyType,
    BufferOf,
    FnOf,
    Foreign,
    ListOf,
    Literals,
    MapOf,
    Named,
    OptionOf,
    PointerTo,
    Refined,
    ResultOf,
    Scalar,
    SecretOf,
    SetOf,
    TupleOf,
    TypeVar,
)

PLAIN = ("Bool", "Int", "String", "Unit")
"""Constants of these types need no type beside them."""


def write(bundle: Bundle) -> str:
    """A whole bundle."""
    decls = "\n".join(write_decl(decl) for decl in bundle.decls)
    return f"ir {bundle.format}\nroot {write_type(bundle.root)}\n\n{decls}"


def write_decl(decl: AnyDecl) -> str:
    """One declaration, ending in a newline."""
    match decl:
        case Record():
            return _braced(_record_head(decl), _record(decl))
        case Sum():
            return _braced(_sum_head(decl), (_variant(v) for v in decl.variants))
        case Newtype(base):
            return f"newtype {decl.name} = {write_type(base)}\n"
        case Fn(params, result, body):
            word, written = "template" if decl.template else "fn", ", ".join(map(_param, params))
            return f"{word} {decl.name}({written}) -> {write_type(result)} = {write_expr(body)}\n"
        case Config(type, value):
            return f"config {decl.name}: {write_type(type)} = {write_expr(value)}\n"


def _param(param: Param) -> str:
    default = f" = {write_expr(param.default)}" if param.default is not None else ""
    return f"{param.name}: {write_type(param.type)}{default}"


def _braced(head: str, lines: Iterator[str]) -> str:
    return "\n".join([f"{head} {{", *(f"  {line}" for line in lines), "}", ""])


# ---------------------------------------------------------------- records and sums


def _record_head(decl: Record) -> str:
    words = ["open"] * decl.open + ["schema" if decl.schema else "record", decl.name]
    if decl.extends:
        words += ["extends", decl.extends]
    if decl.version:
        words.append(f"@version({', '.join(map(str, decl.version))})")
    if decl.case:
        words.append(f"@case({decl.case})")
    return " ".join(words)


def _record(decl: Record) -> Iterator[str]:
    yield from (_field(field) for field in decl.fields)
    yield from (_compute(compute) for compute in decl.computes)
    yield from (_rule(rule) for rule in decl.rules)
    yield from (_when(when) for when in decl.whens)
    yield from (_migration(migration) for migration in decl.migrations)
    yield from (f"retired {name}" for name in decl.retired)


def _field(field: Field) -> str:
    default = f" = {write_expr(field.default)}" if field.default is not None else ""
    marks = "".join(f" {mark}" for mark in _marks(field))
    return f"{field.name}: {write_type(field.type)}{default}{marks}"


def _marks(field: Field) -> Iterator[str]:
    """Attributes, as they are written in the language."""
    if field.reload != "hot":
        yield f"@reload({field.reload})"
    if field.danger is not None:
        yield f"@danger({_quoted(field.danger)})"
    if field.deprecated is not None:
        since = f", since: {_quoted(field.deprecated_since)}" if field.deprecated_since else ""
        yield f"@deprecated({_quoted(field.deprecated)}{since})"
    if field.renamed_from:
        yield f"@renamed_from({', '.join(field.renamed_from)})"
    if field.data_name:
        yield f"@as({_quoted(field.data_name)})"
    if field.units:
        yield f"@units({field.units})"
    yield from (f"@{n}" for n in ("not_null", "ignore_case", "flatten") if getattr(field, n))


def _compute(compute: Compute) -> str:
    return f"compute {compute.name}: {write_type(compute.type)} = {write_expr(compute.value)}"


def _rule(rule: Rule) -> str:
    message = f" else {write_expr(rule.message)}" if rule.message is not None else ""
    place = f" at {'.'.join(rule.place)}" if rule.place else ""
    return f"requires {rule.name}: {write_expr(rule.cond)}{message}{place}"


def _when(when: When) -> str:
    return f"when {write_expr(when.cond)} {{ {'; '.join(map(_set, when.sets))} }}"


def _set(default: Default) -> str:
    return f"{'.'.join(default.path)} = {write_expr(default.value)}"


def _migration(migration: Migration) -> str:
    carried = (new if new == old else f"{new} from {old}" for new, old in migration.carried)
    parts = [f"carry {', '.join(carried)}"] * bool(migration.carried)
    parts += map(_set, migration.sets)
    return f"migrate {migration.direction} {migration.schema} {{ {'; '.join(parts)} }}"


def _sum_head(decl: Sum) -> str:
    marks = [f"@tag({decl.tag})"] if decl.tag else []
    marks += ["@untagged"] if decl.untagged else []
    marks += ["@ignore_case"] if decl.ignore_case else []
    marks += [f"@case({decl.case})"] if decl.case else []
    return " ".join(["sum", decl.name, *marks])


def _variant(variant: Variant) -> str:
    mark = f" @as({_quoted(variant.data_name)})" if variant.data_name else ""
    if variant.fields:
        return f"| {variant.name} {{ {'; '.join(map(_field, variant.fields))} }}{mark}"
    items = f"({', '.join(map(write_type, variant.items))})" if variant.items else ""
    return f"| {variant.name}{items}{mark}"


# ---------------------------------------------------------------- types


def write_type(type: AnyType) -> str:  # noqa: A002
    match type:
        case Scalar(name) | Named(name) | TypeVar(name) | Foreign(name):
            return name
        case ResultOf(ok, err):
            return f"Result<{write_type(ok)}, {write_type(err)}>"
        case PointerTo(item):
            return f"Ptr<{write_type(item)}>"
        case BufferOf(item):
            return f"Buffer<{write_type(item)}>"
        case OptionOf(item):
            return f"Option<{write_type(item)}>"
        case ListOf(item, key):
            return f"[{write_type(item)}]" + (f" @key({', '.join(key)})" if key else "")
        case SetOf(item):
            return f"Set<{write_type(item)}>"
        case MapOf(key_type, value):
            return f"Map<{write_type(key_type)}, {write_type(value)}>"
        case TupleOf(items):
            return f"({', '.join(map(write_type, items))})"
        case SecretOf(item):
            return f"Secret<{write_type(item)}>"
        case Literals(values):
            return " | ".join(map(_quoted, values))
        case Refined(base, where, name):
            alias = f"{name} = " if name else ""
            return f"({alias}{write_type(base)} where {write_expr(where)})"
        case FnOf(params, result):
            return f"fn({', '.join(map(write_type, params))}) -> {write_type(result)}"


# ---------------------------------------------------------------- expressions


def write_expr(expr: AnyExpr) -> str:
    match expr:
        case Const():
            return _const(expr)
        case Local(name):
            return name
        case FieldOf(base, name, otherwise):
            left_out = f" ?? {write_expr(otherwise)}" if otherwise is not None else ""
            return f"{write_expr(base)}.{name}{left_out}"
        case Item(base, index):
            return f"{write_expr(base)}.{index}"
        case Op(name, args) | Call(name, args):
            return f"{name}({_list(args)})"
        case If(cond, then, other):
            branches = f"then {write_expr(then)} else {write_expr(other)}"
            return f"(if {write_expr(cond)} {branches})"
        case Let(name, value, body):
            return f"(let {name} = {write_expr(value)} in {write_expr(body)})"
        case Lambda(params, body):
            return f"|{', '.join(params)}| {write_expr(body)}"
        case Is(base, variant):
            return f"({write_expr(base)} is {variant})"
        case Match(subject, arms):
            written = " ".join(f"| {_pattern(a.pattern)} -> {write_expr(a.body)}" for a in arms)
            return f"(match {write_expr(subject)} with {written})"
        case ConfigRef(name):
            return f"config {name}"
        case SecretRef(text):
            return f"secret {_quoted(text)}"
        case MakeRecord() | MakeMap() | MakeList() | MakeVariant() | Update() | Merge():
            return _made(expr)
    return _statement(expr)


def _statement(expr: Statement) -> str:
    """What only functions say."""
    match expr:
        case Convert(value, of=of):
            return f"({write_expr(value)} as {write_type(of) if of is not None else '?'})"
        case Block(items):
            return f"{{ {'; '.join(map(write_expr, items))} }}"
        case Define(name, value, mutable):
            return f"{'var' if mutable else 'let'} {name} = {write_expr(value)}"
        case Assign(name, value):
            return f"{name} := {write_expr(value)}"
        case While(cond, body):
            return f"while {write_expr(cond)} {write_expr(body)}"
        case ForEach(name, values, body):
            return f"for {name} in {write_expr(values)} {write_expr(body)}"
        case Break():
            return "break"
        case Continue():
            return "continue"
        case Return(value):
            return f"return {write_expr(value)}"
        case Try(value):
            return f"{write_expr(value)}?"
        case Defer(value):
            return f"defer {write_expr(value)}"
        case Unsafe(reason, body):
            return f"unsafe {_quoted(reason)} {write_expr(body)}"
        case Invoke(fn, args):
            return f"{fn}({_list(args)})"
        case Code(status, code):
            return f"{status}.{code}"
        case Copy(address, size):
            return f"{write_expr(address)}.bytes({write_expr(size)})"
        case Log(event, fields):
            said = ", ".join(f"{n}: {write_expr(v)}" for n, v in fields)
            return f"audit.log({_quoted(event)}, {{{said}}})"


def _made(expr: MakeRecord | MakeMap | MakeList | MakeVariant | Update | Merge) -> str:
    match expr:
        case MakeRecord(members):
            return f"{{{', '.join(f'{n}: {write_expr(v)}' for n, v in members)}}}"
        case MakeMap(entries):
            return f"map{{{', '.join(f'{write_expr(k)}: {write_expr(v)}' for k, v in entries)}}}"
        case MakeList(items):
            return f"[{_list(items)}]"
        case MakeVariant(type_, variant, args):
            name = f"{type_}.{variant}" if type_ else variant
            return f"{name}({_list(args)})" if args else name
        case Update(base, edits):
            return f"({write_expr(base)} with {{{', '.join(map(_edit, edits))}}})"
        case Merge(base, over, type_):
            return f"merge<{write_type(type_)}>({write_expr(base)}, {write_expr(over)})"


def _edit(edit: Edit) -> str:
    path = "".join(map(_step, edit.path))
    return f"- {path}" if edit.value is None else f"{path}: {write_expr(edit.value)}"


def _step(step: Step) -> str:
    if step.key is None:
        return f".{step.name}"
    by = f"{step.by} = " if step.by else ""
    return f"[{by}{write_expr(step.key)}]"


def _list(exprs: tuple[AnyExpr, ...]) -> str:
    return ", ".join(map(write_expr, exprs))


def _const(const: Const) -> str:
    value = const.value
    text = "()" if value is None else _quoted(value) if isinstance(value, str) else repr(value)
    if isinstance(value, bool):
        text = text.lower()
    return text if const.type in PLAIN else f"{text}:{const.type}"


def _pattern(pattern: AnyPattern) -> str:
    match pattern:
        case Wild():
            return "_"
        case Bind(name):
            return name
        case Equals(value):
            return _const(value)
        case Within(lo, hi):
            return f"{_const(lo)}..={_const(hi)}"
        case OfVariant(variant, items):
            return f"{variant}({', '.join(map(_pattern, items))})" if items else variant
        case OfTuple(items):
            return f"({', '.join(map(_pattern, items))})"
        case OfRecord(names):
            return f"{{{', '.join(names)}}}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
