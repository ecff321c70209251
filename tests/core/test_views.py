"""What Python sees of a snapshot."""

from __future__ import annotations

import collections.abc
import copy
import gc
import hashlib
import json
import pickle
import sys
from typing import Any

import pytest

from kestrel import _core
from kestrel.data.values import Duration, Secret
from kestrel.ir.decls import Field, Record
from kestrel.ir.types import ListOf, MapOf, Named, OptionOf, Scalar

DOCUMENT = {
    "text": "grüß",
    "flag": True,
    "big": 2**64 - 1,
    "real": 0.5,
    "level": "high-up",
    "wait": "1h30m",
    "blob": "AAEC",
    "size": "64KiB",
    "tls": {"cert": "c"},
    "map": {"b": {"cert": "2"}, "a": {"cert": "1", "port": 1}, "": {"cert": "0"}},
    "by_number": {"-2": None, "10": "ten", "9": "nine"},
    "by_level": {"Low": "Off"},
    "jobs": [{"name": "x", "tags": ["t"]}, {"name": "y"}],
    "numbers": [3, 1, 2],
    "matrix": [[1], []],
    "names": ["b", "a"],
    "pair": [1, None],
    "peers": ["Off", {"One": 7}, {"Two": ["h", 80]}, {"Many": {"weight": 5}}],
    "any": {"a": [1, {"b": None}]},
    "secret": "env:DB",
}


@pytest.fixture(scope="module")
def config(decode: Any) -> Any:
    return decode(DOCUMENT)


def test_scalars_are_python_values(config: Any) -> None:
    assert config.text == "grüß"
    assert config.flag is True
    assert config.big == 2**64 - 1
    assert config.real == 0.5
    assert config.level == "High"
    assert config.wait == Duration(5400 * 10**9)
    assert isinstance(config.wait, Duration)
    assert config.blob == b"\0\1\2"
    assert config.size == 65536
    assert config.pair == (1, None)
    assert config.names == frozenset({"a", "b"})
    assert isinstance(config.names, frozenset)
    assert config.any == {"a": [1, {"b": None}]}
    assert config.hot is None
    assert config.secret == Secret("env:DB")


def test_values_are_effective(config: Any, decode: Any) -> None:
    assert config.tls.port == 443
    assert decode({}).size == 4096
    assert json.loads(config.to_json())["tls"] == {"cert": "c"}
    assert json.loads(config.effective_json())["tls"] == {"cert": "c", "port": 443}


def test_a_warm_field_is_the_same_object(config: Any) -> None:
    assert config.tls is config.tls
    assert config.wait is config.wait
    assert config.tls is config["tls"]


def test_json_values_belong_to_who_asked(config: Any) -> None:
    config.any["a"].append("mine")
    assert config.any == {"a": [1, {"b": None}]}


def test_maps_are_mappings(config: Any) -> None:
    assert isinstance(config.map, collections.abc.Mapping)
    assert list(config.map) == ["", "a", "b"]
    assert len(config.map) == 3
    assert config.map["a"].port == 1
    assert "b" in config.map
    assert "c" not in config.map
    assert 5 not in config.map
    assert config.map.get("c") is None
    assert config.map.get("c", 1) == 1
    assert [value.cert for value in config.map.values()] == ["0", "1", "2"]
    assert dict(config.map.items())["a"] == config.map["a"]
    assert set(config.map.keys()) == {"", "a", "b"}
    with pytest.raises(KeyError):
        config.map["c"]
    match config.map:
        case {"a": found}:
            assert found.cert == "1"


def test_keys_are_of_their_type(config: Any) -> None:
    assert dict(config.by_number) == {-2: None, 9: "nine", 10: "ten"}
    assert config.by_number[9] == "nine"
    assert -2 in config.by_number
    assert 2**70 not in config.by_number
    assert "9" not in config.by_number
    assert config.by_level["Low"] == "Off"
    assert "Nonsense" not in config.by_level


def test_every_key_of_a_large_map_is_found(decode: Any) -> None:
    keys = [f"k{i:05}" for i in range(0, 10000, 2)]
    view = decode({"map": {key: {"cert": key} for key in keys}}).map
    assert list(view) == keys
    assert all(view[key].cert == key for key in keys[::7])
    assert all(f"k{i:05}" not in view for i in range(1, 10000, 14))


def test_lists_are_sequences(config: Any) -> None:
    numbers = config.numbers
    assert isinstance(numbers, collections.abc.Sequence)
    assert list(numbers) == [3, 1, 2]
    assert numbers == [3, 1, 2]
    assert numbers == (3, 1, 2)
    assert numbers != [3, 1]
    assert numbers[0] == 3
    assert numbers[-1] == 2
    assert numbers[1:] == [1, 2]
    assert numbers.index(1) == 1
    assert numbers.count(2) == 1
    assert 2 in numbers
    assert list(reversed(numbers)) == [2, 1, 3]
    assert config.matrix == [[1], []]
    assert hash(numbers) == hash((3, 1, 2))
    with pytest.raises(IndexError):
        numbers[3]
    first, *rest = config.jobs
    assert (first.name, [job.name for job in rest]) == ("x", ["y"])


def test_variants_have_a_tag_and_a_payload(config: Any) -> None:
    off, one, two, many = config.peers
    assert off == "Off"
    assert str(off) == "Off"
    assert [peer.tag for peer in config.peers] == ["Off", "One", "Two", "Many"]
    assert one[0] == 7
    assert (two[0], two[-1], len(two)) == ("h", 80, 2)
    assert (many.weight, many.urls, many["weight"]) == (5, None, 5)
    assert two != one
    assert two == config.peers[2]
    assert repr(config.peers) == "[Off, One(7), Two('h', 80), Many(urls=None, weight=5)]"
    assert len({off, one, one, two}) == 3
    with pytest.raises(IndexError):
        one[1]


def test_records_are_equal_by_their_values(config: Any, decode: Any) -> None:
    other = decode({"tls": {"cert": "c", "port": 443}})
    assert other.tls == config.tls
    assert hash(other.tls) == hash(config.tls)
    assert other.tls != config.map["a"]
    assert decode(DOCUMENT).map == config.map
    assert config.map != {}


def test_snapshots_are_equal_by_their_documents(config: Any, decode: Any) -> None:
    same = decode(dict(reversed(DOCUMENT.items())))
    assert same == config
    assert hash(same) == hash(config)
    assert same.digest == hashlib.sha256(config.to_json()).hexdigest()
    assert decode({"tls": {"cert": "c"}}) != decode({"tls": {"cert": "c", "port": 443}})
    assert config != "config"


def test_nothing_can_be_set(config: Any) -> None:
    for view in (config, config.tls, config.map, config.numbers, config.peers[1]):
        with pytest.raises(AttributeError, match="immutable"):
            view.port = 1
    with pytest.raises(TypeError):
        config.map["a"] = 1
    with pytest.raises(TypeError):
        _core.Snapshot()  # type: ignore[call-arg]


def test_views_are_copied_as_themselves_and_not_pickled(config: Any) -> None:
    for view in (config, config.tls, config.map, config.numbers, config.peers[1]):
        assert copy.copy(view) is view
        assert copy.deepcopy(view) is view
        with pytest.raises(TypeError, match="to_json"):
            pickle.dumps(view)


def test_views_show_what_they_hold(config: Any) -> None:
    assert repr(config.tls) == "Tls(cert='c', port=443, key=None)"
    assert repr(config.numbers) == "[3, 1, 2]"
    assert "env:DB" in repr(config)
    assert {"tls", "map", "to_json", "digest"} <= set(dir(config))


def test_names_of_the_snapshot_win_over_fields(make_schema: Any) -> None:
    fields = tuple(Field(name=name, type=Scalar("i64")) for name in ("digest", "schema", "copy"))
    schema = make_schema(Named("t.Odd"), Record(name="t.Odd", fields=fields))
    odd = schema.decode_json(b'{"digest": 1, "schema": 2, "copy": 3}')
    assert odd.schema is schema
    assert len(odd.digest) == 64
    assert (odd["digest"], odd["schema"], odd.copy) == (1, 2, 3)


def test_a_name_need_not_be_interned(config: Any) -> None:
    assert getattr(config, "".join(["t", "ls"])) is config.tls
    with pytest.raises(AttributeError):
        config.nothing  # noqa: B018
    with pytest.raises(KeyError):
        config["nothing"]


def test_many_fields_are_all_found(make_schema: Any) -> None:
    names = [f"field_{i}" for i in range(200)]
    fields = tuple(Field(name=name, type=Scalar("i64")) for name in names)
    schema = make_schema(Named("t.Wide"), Record(name="t.Wide", fields=fields))
    wide = schema.decode_json(json.dumps({name: i for i, name in enumerate(names)}).encode())
    assert [getattr(wide, name) for name in names] == list(range(200))


def test_a_view_keeps_its_snapshot_and_the_snapshot_its_schema(make_schema: Any) -> None:
    def tls() -> Any:
        schema = make_schema(
            Named("t.Root"),
            Record(
                name="t.Root",
                fields=(Field(name="m", type=MapOf(Scalar("String"), Named("t.In"))),),
            ),
            Record(
                name="t.In", fields=(Field(name="xs", type=OptionOf(ListOf(Scalar("String")))),)
            ),
        )
        return schema.decode_json(b'{"m": {"a": {"xs": ["one", "two"]}}}').m["a"].xs

    view = tls()
    gc.collect()
    assert list(view) == ["one", "two"]


def test_nothing_leaks(schema: _core.Schema, decode: Any) -> None:
    def use() -> None:
        config = decode(DOCUMENT)
        repr(config)
        assert config.tls.cert == "c"
        assert [config.map[key] for key in config.map]
        list(_core.compare(config, decode({})))

    use()
    before = sys.getrefcount(schema)
    for _ in range(50):
        use()
    assert sys.getrefcount(schema) == before


def test_a_schema_can_be_subclassed(make_schema: Any, schema: _core.Schema) -> None:
    class Named_(_core.Schema):  # noqa: N801
        def __init__(self, bundle: bytes, name: str) -> None:
            super().__init__(bundle)
            self.name = name

    from kestrel.ir import canon
    from kestrel.ir.decls import Bundle

    bundle = Bundle(root=Named("t.E"), decls=(Record(name="t.E", fields=()),))
    named = Named_(canon.encode(bundle), "mine")
    empty = named.decode_doc(_core.Doc.of({}))
    assert empty.schema is named
    assert empty.schema.name == "mine"


def test_snapshots_are_context_managers(config: Any) -> None:
    with config as inside:
        assert inside is config
