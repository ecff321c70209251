"""What is written out is read back the same, in every form, whatever the texts look like."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kestrel
from kestrel.data.export import FORMS, export, to_toml, to_yaml
from kestrel.data.imported import as_kestrel
from kestrel.data.json import read_json
from kestrel.data.secrets import literal_places
from kestrel.data.toml import read_toml
from kestrel.data.yaml import read_yaml
from kestrel.text.source import Source
from tests.data.documents import BYTES, LEAVES, dumped, json_values, schemas, texts
from tests.syntax.reading import DATA, ROOT

READERS = {"json": read_json, "yaml": read_yaml, "toml": read_toml}
slow = settings(
    max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


def load(folder: Path, text: str) -> kestrel.Module:
    path = folder / "t.ks"
    path.write_text(text, "utf-8")
    return kestrel.load(path)


@pytest.mark.parametrize("form", FORMS)
@slow
@given(data=st.data())
def test_reading_gives_the_same_config(
    form: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    text, documents = data.draw(schemas([*LEAVES, BYTES]))
    schema = load(tmp_path_factory.getbasetemp(), text).schema("Root")
    config = schema.decode(dumped(data.draw(documents)))
    out = export(config, form)
    again = schema.decode_document(READERS[form](Source(f"x.{form}", out.encode())))
    assert again == config, out


@slow
@given(data=st.data())
def test_a_kestrel_config_is_the_same(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """`as_kestrel` itself refuses to make another; here nothing need be refused."""
    text, documents = data.draw(schemas())
    module = load(tmp_path_factory.getbasetemp(), text)
    config = module.schema("Root").decode(dumped(data.draw(documents)))
    target = tmp_path_factory.getbasetemp() / "made.ks"
    target.write_text(as_kestrel(config, "made", module, target), "utf-8")
    assert kestrel.load(target).config("made").digest == config.digest


@slow
@given(st.dictionaries(texts, json_values, max_size=4))
def test_other_readers_of_yaml_and_toml_see_the_same(document: dict[str, Any]) -> None:
    """PyYAML reads by YAML 1.1: what it guesses wrongly would be in quotes."""
    assert same(yaml.safe_load(to_yaml(document)), document)
    assert same(tomllib.loads(to_toml(document)), document)


def same(a: object, b: object) -> bool:
    """Equal, and of the same kinds: 1 is neither true nor 1.0."""
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    return type(a) is type(b) and a == b


@pytest.mark.parametrize(
    ("fields", "document", "path"),
    [
        ("x: Bytes", {"x": "AAEC"}, "/x"),
        ("x: (u8, Secret<String>)", {"x": [1, "env:A"]}, "/x/1"),
        ("x: Secret<String>", {"x": "env:not-a-name"}, "/x"),
        ("x: Json", {"x": {"a": [{"b": None}]}}, "/x/a/0/b"),
        ("x: Map<String, Option<u8>>", {"x": {"a": None}}, "/x/a"),
    ],
)
def test_what_a_kestrel_config_cannot_say(
    fields: str, document: object, path: str, tmp_path: Path
) -> None:
    module = load(tmp_path, f"schema Root {{ {fields} }}")
    config = module.schema().decode(document)
    with pytest.raises(kestrel.InvalidConfig, match=f"KS0462.*`{path}`"):
        as_kestrel(config, "made", module, tmp_path / "made.ks")


def test_texts_of_several_lines_stay_so() -> None:
    assert to_yaml({"a": "one\ntwo\n"}) == "a: |\n  one\n  two\n"


def test_what_looks_like_something_else_is_quoted() -> None:
    values = ["no", "1e3", "12:30:45", "~", "2001-01-01", "0o17", "<<", "1_0", ".5"]
    assert all(f'"{value}"' in to_yaml({"a": value}) for value in values)
    assert to_yaml({"a": "64KiB", "b": "1h30m", "c": "a.b"}) == "a: 64KiB\nb: 1h30m\nc: a.b\n"


def test_literal_secrets_are_refused_with_their_places(tmp_path: Path) -> None:
    schema = load(tmp_path, "schema S { a: Secret<String>; b: [Secret<Json>] }").schema("S")
    config = schema.decode({"a": "env:A", "b": ["file:/x", {"user": "canary"}]})
    for form in FORMS:
        for effective in (False, True):
            with pytest.raises(kestrel.InvalidConfig, match="KS0460") as refused:
                export(config, form, effective=effective)
            assert "/b/1" in str(refused.value)
            assert "canary" not in str(refused.value)
    config = schema.decode({"a": "env:A", "b": ["file:/x"]})
    assert json.loads(export(config, "json")) == {"a": "env:A", "b": ["file:/x"]}


@pytest.mark.parametrize("text", ["[null]", '{"a": null}', '{"a": {"b/c": [1, null]}}'])
def test_toml_says_what_it_cannot(text: str, tmp_path: Path) -> None:
    schema = load(tmp_path, "schema S { x: Json }").schema("S")
    config = schema.decode(f'{{"x": {text}}}')
    with pytest.raises(kestrel.InvalidConfig, match="KS0461"):
        export(config, "toml")
    assert schema.decode_document(read_yaml(Source("x", export(config, "yaml").encode()))) == config


GOOD = sorted((DATA / "prometheus" / "good").glob("*.y*ml")) if DATA.exists() else []


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.name)
def test_real_files_become_kestrel_configs(path: Path, tmp_path: Path) -> None:
    for source in (ROOT / "examples" / "prometheus").glob("*.ks"):
        (tmp_path / source.name).write_text(source.read_text("utf-8"), "utf-8")
    module = kestrel.load(tmp_path / "prometheus.ks")
    config = module.schema("Prometheus").load(path)
    target = tmp_path / "imported.ks"
    if literal_places(config):  # passwords in the file
        with pytest.raises(kestrel.InvalidConfig, match="KS0460"):
            as_kestrel(config, "imported", module, target)
        return
    target.write_text(as_kestrel(config, "imported", module, target), "utf-8")
    assert kestrel.load(target).config("imported") == config
