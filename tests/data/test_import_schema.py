"""JSON Schema as Kestrel: what others write becomes schemas; what we write comes back the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kestrel
from kestrel.data.imported import schema_from_json
from tests.conftest import Golden
from tests.data.documents import BYTES, LEAVES, dumped, schemas
from tests.data.test_export import load

HERE = Path(__file__).parent
slow = settings(
    max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


def imported(folder: Path, form: object, name: str = "Root") -> tuple[kestrel.Schema, list[str]]:
    path = folder / "form.json"
    path.write_text(json.dumps(form), "utf-8")
    text, found = schema_from_json(str(path), name)
    return load(folder, text).schema(name), [d.message for d in found]


def bare(form: Any) -> Any:
    """Without what tells people something."""
    if isinstance(form, dict):
        return {k: bare(v) for k, v in form.items() if k not in ("$comment", "description")}
    return [bare(item) for item in form] if isinstance(form, list) else form


@slow
@given(data=st.data())
def test_out_in_and_out_again_is_the_same(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.getbasetemp()
    text, documents = data.draw(schemas([*LEAVES, BYTES]))
    schema = load(folder, text).schema("Root")
    form = schema.json_schema()
    again, remarks = imported(folder, form)
    assert bare(again.json_schema()) == bare(form), (text, remarks)
    document = data.draw(documents)
    again.decode(dumped(document))


def test_a_schema_that_refers_to_itself(tmp_path: Path) -> None:
    text = "schema Root { name: String; below: [Root] = [] }"
    form = load(tmp_path, text).schema("Root").json_schema()
    assert form["$ref"] == "#/$defs/Root"
    again, remarks = imported(tmp_path, form)
    assert remarks == []
    assert bare(again.json_schema()) == bare(form)


@pytest.mark.parametrize("path", sorted((HERE / "forms").glob("*.json")), ids=lambda p: p.name)
def test_forms_that_others_write(path: Path, golden: Golden, tmp_path: Path) -> None:
    """The file that is made, and what is not in it. Its examples are accepted, as they should."""
    form = json.loads(path.read_text("utf-8"))
    text, found = schema_from_json(str(path), None)
    report = "".join(f"# {d.severity}: {d.message}\n" for d in found)
    golden(path.with_suffix(".json.txt"), text + report)
    module = load(tmp_path, text)
    schema = module.schema(module.schemas[0])
    oracle = jsonschema.validators.validator_for(form)(form)
    for example in form.get("examples", []):
        assert oracle.is_valid(example)
        schema.decode(dumped(example))


@pytest.mark.parametrize(
    ("form", "document", "good"),
    [
        ({"type": "integer", "minimum": 1, "maximum": 9}, 9, True),
        ({"type": "integer", "minimum": 1, "maximum": 9}, 10, False),
        ({"type": "integer", "exclusiveMinimum": 0}, 0, False),
        ({"type": "number", "exclusiveMaximum": 1.5}, 1.5, False),
        ({"type": "string", "pattern": "^a+$"}, "aaa", True),
        ({"type": "string", "pattern": "^a+$"}, "baaa", False),
        ({"type": "string", "pattern": "b"}, "abc\n", True),
        ({"type": "string", "pattern": "^a|b$"}, "ax", True),
        ({"type": "string", "pattern": "^a|b$"}, "xa", False),
        ({"type": "string", "minLength": 2}, "é", False),
        ({"enum": ["a", 'q"{', "b\n"]}, 'q"{', True),
        ({"enum": [1, 2]}, 3, False),
        ({"const": "x"}, "y", False),
        ({"type": ["string", "null"]}, None, True),
        ({"type": ["string", "null"], "pattern": "^a$", "minLength": 1}, "b", False),
        ({"type": ["string", "integer"], "maxLength": 2, "maximum": 5}, 5, True),
        ({"type": ["string", "integer"], "maxLength": 2, "maximum": 5}, "abc", False),
        ({"type": ["string", "integer"], "maxLength": 2, "maximum": 5}, 6, False),
        ({"type": ["string", "integer"]}, [], False),
        ({"type": "array", "items": {"enum": ["a"]}, "maxItems": 1}, ["a"], True),
        ({"type": "array", "items": {"enum": ["a"]}, "maxItems": 1}, ["b"], False),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, {"a b": 1}, True),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, {"a": "1"}, False),
        ({"allOf": [{"type": "integer"}, {"minimum": 3}]}, 2, False),
        (True, {"a": [None]}, True),
        ({}, 1.5, True),
    ],
    ids=repr,
)
def test_kinds_of_forms(form: object, document: object, good: bool, tmp_path: Path) -> None:
    whole = {"type": "object", "properties": {"x": form}, "additionalProperties": False}
    schema, remarks = imported(tmp_path, whole)
    assert remarks == []
    assert jsonschema.Draft202012Validator(whole).is_valid({"x": document}) == good
    try:
        schema.decode({"x": document})
    except kestrel.InvalidConfig:
        assert not good
    else:
        assert good


@pytest.mark.parametrize(
    "form",
    [
        {"not": {"type": "string"}},
        {"type": "string", "format": "hostname"},
        {"type": "string", "pattern": "(?=a)"},
        {"type": "array", "uniqueItems": True},
        {"$ref": "https://example.org/other.json"},
        {"$ref": "#/nowhere"},
        False,
        {"enum": [1, "a", [2]]},
        {"type": "string", "default": 5},
    ],
    ids=repr,
)
def test_what_is_not_said_is_reported(form: object, tmp_path: Path) -> None:
    whole = {"type": "object", "properties": {"x": form}}
    schema, remarks = imported(tmp_path, whole)
    assert len(remarks) == 1
    assert "/properties/x" in remarks[0]
    assert schema.name.endswith("Root")


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "5",
        '{"type": "string"}',
        '{"type": "object", "properties": 5}',
        '{"type": "object", "properties": {"a": 5}}',
        '{"type": "object", "properties": {"a": {"type": "integer", "minimum": "x"}}}',
        '{"type": "object", "properties": {"a": {"enum": 5}}}',
        '{"type": "object", "required": 5}',
        '{"type": "object", "properties": {"a": {"allOf": 7}}}',
        '{"type": "object", "properties": {"a": {"$ref": 7}}}',
        '{"type": "object", "allOf": [{"$ref": "#"}]}',
        "{",
        "{" * 500,
        '{"items":' * 500,
    ],
)
def test_what_is_no_json_schema(text: str, tmp_path: Path) -> None:
    path = tmp_path / "form.json"
    path.write_text(text)
    with pytest.raises(kestrel.KestrelError) as refused:
        schema_from_json(str(path), None)
    assert {d.code for d in refused.value.diagnostics} <= {"KS0464", "KS0410", "KS0414"}
