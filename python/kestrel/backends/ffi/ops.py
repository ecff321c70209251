"""The table of operations, each as C++.

An operation is an expression of its operands (`{0}`, `{1}`, …), and fails or not: one that may is
an `Out`. Those of integers are in `integers.py`, those that take functions in `collections.py`.
"""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """`fails`: the expression gives an `Out`. `lazy`: its last operand is taken only if needed."""

    text: str
    fails: bool = False


SIMPLE: dict[str, Row] = {
    "bool.not": Row("!{0}"),
    "int.to_float": Row("static_cast<double>({0})"),
    "float.add": Row("k::canonical({0} + {1})"),
    "float.sub": Row("k::canonical({0} - {1})"),
    "float.mul": Row("k::canonical({0} * {1})"),
    "float.div": Row("k::canonical({0} / {1})"),
    "float.neg": Row("k::canonical(-{0})"),
    "float.lt": Row("({0} < {1})"),
    "float.le": Row("({0} <= {1})"),
    "float.gt": Row("({0} > {1})"),
    "float.ge": Row("({0} >= {1})"),
    "float.to_int": Row("k::float_to_int({0})", fails=True),
    "text.lt": Row("({0} < {1})"),
    "text.le": Row("({0} <= {1})"),
    "text.gt": Row("({0} > {1})"),
    "text.ge": Row("({0} >= {1})"),
    "text.len": Row("k::text_len({0})"),
    "text.concat": Row("k::text_concat({0}, {1})"),
    "text.starts_with": Row("k::text_starts_with({0}, {1})"),
    "text.ends_with": Row("k::text_ends_with({0}, {1})"),
    "text.contains": Row("k::text_contains({0}, {1})"),
    "text.lower": Row("k::text_lower({0})"),
    "text.upper": Row("k::text_upper({0})"),
    "text.trim": Row("k::text_trim({0})"),
    "text.split": Row("k::text_split({0}, {1})", fails=True),
    "text.join": Row("k::text_join({0}, {1})"),
    "bytes.len": Row("static_cast<k::Int>({0}.size())"),
    "bytes.concat": Row("k::Bytes{{{0}.data + {1}.data}}"),
    "bytes.at": Row("k::item_at({0}, {1})", fails=True),
    "any.eq": Row("k::eq({0}, {1})"),
    "any.ne": Row("!k::eq({0}, {1})"),
    "list.len": Row("static_cast<k::Int>({0}.size())"),
    "list.contains": Row("k::contains({0}, {1})"),
    "list.concat": Row("k::concat({0}, {1})"),
    "list.at": Row("k::item_at({0}, {1})", fails=True),
    "list.distinct": Row("k::distinct({0})"),
    "list.range": Row("k::range({0}, {1})", fails=True),
    "map.len": Row("static_cast<k::Int>({0}.size())"),
    "map.has": Row("{0}.contains({1})"),
    "map.at": Row("k::map_at({0}, {1})", fails=True),
    "map.keys": Row("k::map_keys({0})"),
    "map.values": Row("k::map_values({0})"),
    "map.merge": Row("k::map_merge({0}, {1})"),
    "map.without": Row("k::map_without({0}, {1})"),
    "option.get": Row("k::option_get({0})", fails=True),
    "option.some": Row("{0}"),
}

SHOWN = {"Duration": "k::show_duration({0})", "Size": "k::show_size({0})"}

OVER: dict[str, str] = {
    "all": "k::all_of({0}, {1})",
    "any": "k::any_of({0}, {1})",
    "none": "k::none_of({0}, {1})",
    "count": "k::count({0}, {1})",
    "sum": "k::sum({0}, {1})",
    "min": "k::extreme({0}, {1}, true)",
    "max": "k::extreme({0}, {1}, false)",
    "unique": "k::unique({0}, {1})",
}
"""Operations over the items of a list, or the entries of a map, all of which may fail."""

COMPARED = {"int.lt": "<", "int.le": "<=", "int.gt": ">", "int.ge": ">="}
INFIX = {
    "int.add": "+", "int.sub": "-", "int.mul": "*", "int.div": "/", "int.rem": "%",
    "int.and": "&", "int.or": "|", "int.xor": "^",
}  # fmt: skip
CHECKED = {
    "int.add": "k::add_checked", "int.sub": "k::sub_checked", "int.mul": "k::mul_checked",
    "int.neg": "k::neg_checked", "int.shl": "k::shl_checked", "int.shr": "k::shr_checked",
}  # fmt: skip
"""Of 128 bits, where the result may not fit them."""
