"""Expressions, checked and lowered: which function handles which class of the syntax tree."""

from __future__ import annotations

from typing import Any

from kestrel.check import access, calls, flow, literals, matching, operators, updates, variants
from kestrel.check.code import exits, statements
from kestrel.check.lowering import FindConfig, FindFn, Lower
from kestrel.check.refused import REFUSED, refuse
from kestrel.check.types import Types
from kestrel.check.world import World
from kestrel.syntax import ast

INFERS: dict[type, Any] = {
    ast.Name: access.name,
    ast.Member: access.member,
    ast.TupleItem: access.tuple_item,
    ast.Index: access.index,
    ast.Is: variants.is_variant,
    ast.Call: calls.call,
    ast.Pipe: calls.pipe,
    ast.Binary: operators.binary,
    ast.Neg: operators.negate,
    ast.Not: operators.logical_not,
    ast.Cast: operators.cast,
    ast.In: operators.contains,
    ast.Matches: operators.matches,
    ast.HalfRange: operators.half_range,
    ast.ClosedRange: operators.closed_range,
    ast.If: flow.conditional,
    ast.Braces: flow.block,
    ast.Match: matching.match,
    ast.With: updates.update,
    ast.Int: literals.infer_int,
    ast.Float: literals.infer_float,
    ast.Bool: literals.infer_bool,
    ast.Text: literals.infer_text,
    ast.Interpolation: literals.infer_interpolation,
    ast.Duration: literals.infer_duration,
    ast.Size: literals.infer_size,
    ast.Unit: literals.infer_unit,
    ast.Paren: literals.infer_paren,
    ast.List: literals.infer_list,
    ast.Tuple: literals.infer_tuple,
    ast.EnvSecret: literals.infer_secret,
    ast.FileSecret: literals.infer_secret,
    **dict.fromkeys(REFUSED, refuse),
    ast.Return: exits.returned,
    ast.Try: exits.try_,
    ast.Unsafe: statements.unsafe,
}
"""How an expression's type is found from itself. Each handler takes the class that it is for."""

VALUES: dict[type, Any] = {
    ast.Paren: literals.value_paren,
    ast.Int: literals.value_number,
    ast.Float: literals.value_number,
    ast.Neg: literals.value_number,
    ast.Duration: literals.value_number,
    ast.Size: literals.value_number,
    ast.Text: literals.value_text,
    ast.Interpolation: literals.value_interpolation,
    ast.EnvSecret: literals.value_secret,
    ast.FileSecret: literals.value_secret,
    ast.List: literals.value_list,
    ast.Tuple: literals.value_tuple,
    ast.Braces: flow.value_of_braces,
    ast.If: flow.value_if,
    ast.Match: matching.value_match,
    ast.With: updates.value_update,
    ast.Call: calls.value_call,
    ast.Pipe: calls.value_pipe,
    ast.Member: variants.value_member,
    ast.Unsafe: statements.value_unsafe,
}
"""How an expression is read by the type that is due."""


def lowering(world: World, types: Types, find_fn: FindFn, find_config: FindConfig) -> Lower:
    return Lower(world, types, INFERS, VALUES, find_fn, find_config)
