"""JSON Schema against Kestrel: `jsonschema` accepts what Kestrel does, and refuses what it does."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kestrel
from kestrel import _core
from kestrel.data.ecma import to_ecma
from tests.data.documents import BYTES, LEAVES, dumped, json_values, schemas
from tests.data.test_export import load
from tests.syntax.reading import source_files

slow = settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
DIFFERENCES = ("KS0402", "KS0405", "KS0407", "KS0411", "KS0501")
"""What JSON Schema may miss: durations and sizes beyond 64 bits, keys out of range or equal in
value (`1` and `01`), conditions that it cannot say, forms that no expression tells whole, rules."""


def validator(schema: kestrel.Schema) -> Any:
    """One that takes patterns as ECMA 262 does, where `$` is the very end."""

    def pattern(_: Any, expression: str, instance: Any, __: Any) -> Any:
        ecma = expression.removesuffix("$") + r"\Z" if expression.endswith("$") else expression
        if isinstance(instance, str) and not re.search(ecma, instance):
            yield jsonschema.ValidationError(f"{instance!r} does not match {expression!r}")

    def integer(_: Any, instance: Any) -> bool:  # Kestrel reads 1.0 as a float
        return isinstance(instance, int) and not isinstance(instance, bool)

    base = jsonschema.Draft202012Validator
    types = base.TYPE_CHECKER.redefine("integer", integer)
    made = jsonschema.validators.extend(base, {"pattern": pattern}, type_checker=types)
    form = schema.json_schema()
    base.check_schema(form)
    return made(form)


def accepted(schema: kestrel.Schema, document: object) -> tuple[bool, set[str]]:
    try:
        schema.decode(dumped(document))
    except kestrel.InvalidConfig as error:
        return False, {d.code for d in error.diagnostics}
    return True, set()


@slow
@given(data=st.data())
def test_both_accept_and_refuse_the_same(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    text, documents = data.draw(schemas([*LEAVES, BYTES]))
    schema = load(tmp_path_factory.getbasetemp(), text).schema("Root")
    oracle = validator(schema)
    document = data.draw(documents)
    assert oracle.is_valid(document), list(oracle.iter_errors(document))
    for _ in range(4):
        changed = mutate(copy.deepcopy(document), data)
        good, codes = accepted(schema, changed)
        if good or not codes & set(DIFFERENCES):
            assert oracle.is_valid(changed) == good, (text, changed, codes)


def mutate(document: Any, data: st.DataObject) -> Any:
    """Replace, add or take out something somewhere in a document."""
    other = data.draw(st.one_of(json_values, st.sampled_from([-1, 0, 70000, "5m", "Low", [], {}])))
    if isinstance(document, dict) and document and data.draw(st.integers(0, 4)):
        key = data.draw(st.sampled_from(sorted(document)))
        if data.draw(st.integers(0, 5)) == 0:
            del document[key]
        elif data.draw(st.integers(0, 5)) == 0:
            document[key + "x"] = other
        else:
            document[key] = mutate(document[key], data)
        return document
    if isinstance(document, list) and document and data.draw(st.booleans()):
        index = data.draw(st.integers(0, len(document) - 1))
        document[index] = mutate(document[index], data)
        return document
    return other


KINDS = """\
type Level = | Low | @as("high-up") High
schema Sub { a: u8; b: Option<u8> }
/// The root.
open schema Root {
  /// A port.
  port: u16 = 80 where it in 1..=1024 && it != 13
  size: Size = 1KiB
  @renamed_from(old) name: String where len(it) > 2 && it matches r"[a-z]+\\d*"
  @not_null note: Option<String>
  @ignore_case level: Level = Level.Low
  @flatten sub: Sub
  version: 1 | 2 = 1
  ratio: f64 where it > 0.0 && it <= 1.0
  tags: [String] where len(it) in 1..=3
  @deprecated("use `tags`") tag: Option<String>
  @key(a) subs: [Sub] = []
  compute twice: u32 = port * 2
  requires odd: port % 2 == 1 || port == 80 else "even"
}
"""


@pytest.fixture
def kinds(tmp_path: Path) -> kestrel.Schema:
    return load(tmp_path, KINDS).schema("Root")


def test_each_kind_of_statement(kinds: kestrel.Schema) -> None:
    form = kinds.json_schema()
    properties = form["properties"]
    assert form["description"] == "The root."
    assert properties["port"] == {
        "anyOf": [
            {
                "type": "integer",
                "minimum": 1,
                "maximum": 1024,
                "$comment": "where it in 1..=1024 && it != 13",
            },
            {"type": "null"},
        ],
        "description": "A port.",
        "default": 80,
    }
    assert properties["twice"] is False
    assert properties["version"] == {"anyOf": [{"enum": [1, 2]}, {"type": "null"}], "default": 1}
    assert properties["tag"]["deprecated"] is True
    assert properties["note"] == {"type": "string"}
    assert form["required"] == ["a", "ratio", "tags"]
    assert form["$comment"] == "rule odd: port % 2 == 1 || port == 80"
    assert form["$defs"]["Sub"]["additionalProperties"] is False


GOOD = {"name": "abc", "a": 1, "ratio": 0.5, "tags": ["x"]}


@pytest.mark.parametrize(
    ("change", "good"),
    [
        ({}, True),
        ({"port": None}, True),
        ({"port": 0}, False),
        ({"level": "HIGH-up"}, True),
        ({"level": "high"}, False),
        ({"note": None}, False),
        ({"old": "abc"}, False),
        ({"a": None}, False),
        ({"b": None}, True),
        ({"ratio": 0}, False),
        ({"ratio": 1}, True),
        ({"tags": []}, False),
        ({"name": "Abc"}, False),
        ({"name": "abc1\n"}, False),
        ({"twice": 1}, False),
        ({"unknown": [None]}, True),
        ({"version": 3}, False),
        ({"size": "5 KiB"}, False),
        ({"size": "5KiB"}, True),
    ],
)
def test_examples(kinds: kestrel.Schema, change: dict[str, Any], good: bool) -> None:
    document = {**GOOD, **change}
    assert accepted(kinds, document)[0] is good
    assert validator(kinds).is_valid(document) is good


def test_an_earlier_name_stands_for_the_new_one(kinds: kestrel.Schema) -> None:
    document = {**GOOD, "old": GOOD["name"]}
    del document["name"]
    assert accepted(kinds, document)[0]
    assert validator(kinds).is_valid(document)


PATTERNS = ["[a-z]+", "a|b", "x{2,3}", r"\d\s\w", "[[:alpha:]_-]+", r"\x41[\x{42}]", "(?P<n>a)b?"]
PATTERNS += ["[]a]", "[^]a]", r"a.b", r"[a\]\-]", r"\Aa\z", "]", r"\/", "[.]", "(a(b|c)*)+", "é"]
PATTERNS += [r"\.", r"[\d.]", r"\D", r"a\$", r"[(a]", "[(?a]"]


@pytest.mark.parametrize("pattern", PATTERNS)
@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.text("ab]AB-/.xé1_ \n$(", max_size=5))
def test_patterns_mean_the_same(pattern: str, text: str) -> None:
    ecma = to_ecma(pattern)
    assert ecma is not None
    found = re.search(ecma.removesuffix("$") + r"\Z", text)
    assert bool(found) == _core.Pattern(pattern).matches(text)


@pytest.mark.parametrize("pattern", ["(?i)a", "(?s:.)", r"[\D]", "[[:^alpha:]]"])
def test_patterns_without_counterpart(pattern: str) -> None:
    _core.Pattern(pattern)
    assert to_ecma(pattern) is None


@pytest.mark.parametrize("path", source_files(), ids=lambda path: path.name)
def test_the_form_of_every_schema_is_right(path: Path) -> None:
    try:
        module = kestrel.load(path)
    except kestrel.KestrelError:
        return
    for name in module.schemas:
        form = module.schema(name).json_schema()
        jsonschema.Draft202012Validator.check_schema(form)
        assert json.loads(json.dumps(form)) == form
