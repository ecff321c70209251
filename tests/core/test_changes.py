"""Changes between random documents: what they lead to, and what they say."""

from __future__ import annotations

import json
from typing import Any

import jsonpatch
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kestrel import _core

Document = dict[str, Any]

# Few values, so that two documents have much in common; odd ones, so that pointers need escapes.
texts = st.sampled_from(["", "a", "b", "c/d", "~e", "ü\u2028", '\n"\\', "€𝄞"])
ints = st.integers(-3, 3) | st.sampled_from([2**62, -(2**63)])


def record(required: Document, **optional: Any) -> st.SearchStrategy[Document]:
    return st.fixed_dictionaries(required, optional=optional)


jsons = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from([0.5, 2**60]) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=6,
)
tls = record({"cert": texts}, port=st.integers(1, 3), key=st.sampled_from(["env:A", "lit"]))
peer = st.one_of(
    st.just("Off"),
    st.builds(lambda n: {"One": n}, ints),
    st.builds(lambda a, b: {"Two": [a, b]}, texts, st.integers(1, 3)),
    st.builds(lambda m: {"Many": m}, record({}, urls=st.lists(texts, max_size=3), weight=ints)),
)
job = record({"name": texts}, every=st.sampled_from(["1s", "1h30m"]),
             tags=st.lists(texts, max_size=3), peer=peer, tls=tls)  # fmt: skip
documents = record(
    {},
    size=st.integers(0, 3),
    text=texts,
    flag=st.booleans(),
    big=st.sampled_from([0, 2**53 + 1, 2**64 - 1]),
    real=st.sampled_from([0.1, -2.5, 1e300]),
    level=st.sampled_from(["Low", "high-up"]),
    wait=st.sampled_from(["0s", "90s", "-5s"]),
    blob=st.sampled_from(["", "AAEC"]),
    tls=tls,
    map=st.dictionaries(texts, tls, max_size=5),
    by_number=st.dictionaries(st.integers(-11, 11).map(str), st.none() | texts, max_size=5),
    by_level=st.dictionaries(st.sampled_from(["Low", "high-up"]), peer),
    jobs=st.lists(job, max_size=6, unique_by=lambda item: item["name"]),
    plain=st.lists(tls, max_size=6),
    numbers=st.lists(ints, max_size=12),
    matrix=st.lists(st.lists(ints, max_size=4), max_size=4),
    names=st.lists(texts, max_size=5),
    pair=st.tuples(ints, st.none() | texts),
    peers=st.lists(peer, max_size=5),
    any=jsons,
    secret=st.sampled_from(["env:A", "file:/b", "lit"]),
    hot=ints,
)
fast = settings(
    max_examples=1000,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def patched(snapshot: _core.Snapshot, patch: list[Document]) -> Any:
    return jsonpatch.apply_patch(json.loads(snapshot.to_json()), patch)


@fast
@given(one=documents, two=documents)
def test_changes_lead_from_one_document_to_the_other(decode: Any, one: Any, two: Any) -> None:
    a, b = decode(one), decode(two)
    changes = _core.compare(a, b)
    patch = changes.to_json_patch(redact=False)
    assert bool(changes) == (a.to_json() != b.to_json())
    assert patched(a, patch) == json.loads(b.to_json())
    made = _core.apply_changes(a, changes)
    assert made == b
    assert made.to_json() == b.to_json()
    assert made.effective_json() == b.effective_json()
    assert _core.apply_changes(b, changes.inverse()).to_json() == a.to_json()
    assert _core.apply_patch(a, json.dumps(patch).encode()).to_json() == b.to_json()
    again = _core.compare(decode(one), decode(two))
    assert list(again) == list(changes)


@settings(fast, max_examples=100)
@given(one=documents, two=documents, three=documents)
def test_trees_stay_whole_through_many_changes(decode: Any, one: Any, two: Any, three: Any) -> None:
    current = decode(one)
    for target in (decode(two), decode(three), decode(one)):
        current = _core.apply_changes(current, _core.compare(current, target))
        assert current.to_json() == target.to_json()
        assert list(current.map or {}) == list(target.map or {})


def wide(n: int) -> Document:
    return {
        "map": {f"k{i:05}": {"cert": str(i)} for i in range(n)},
        "numbers": [i * 7 % 1000 for i in range(n)],
        "jobs": [{"name": f"n{i}"} for i in range(n)],
    }


@settings(fast, max_examples=30)
@given(data=st.data())
def test_large_collections_change_where_they_are_touched(decode: Any, data: Any) -> None:
    old, new = wide(300), wide(300)
    for _ in range(data.draw(st.integers(1, 8))):
        i = data.draw(st.integers(0, 250))
        how = data.draw(st.sampled_from(["drop", "add", "set", "move"]))
        if how == "drop":
            new["map"].pop(f"k{i:05}", None)
            del new["numbers"][i], new["jobs"][i]
        elif how == "add":
            new["map"][f"k{i:05}x"] = {"cert": "new"}
            new["numbers"].insert(i, -i)
            if not any(item["name"] == f"x{i}" for item in new["jobs"]):
                new["jobs"].insert(i, {"name": f"x{i}"})
        elif how == "set":
            new["map"][f"k{i:05}"] = {"cert": "set", "port": 5}
            new["numbers"][i] = i + 5000
            new["jobs"][i]["every"] = "5s"
        else:
            j = data.draw(st.integers(0, 250))
            new["jobs"].insert(j, new["jobs"].pop(i))
    a, b = decode(old), decode(new)
    changes = _core.compare(a, b)
    assert len(changes) <= 8 * 5
    assert patched(a, changes.to_json_patch()) == json.loads(b.to_json())
    made = _core.apply_changes(a, changes)
    assert made.to_json() == b.to_json()
    assert list(_core.compare(a, made)) == list(changes)
    assert not _core.compare(made, b)
    assert _core.apply_changes(made, _core.compare(made, a)).to_json() == a.to_json()


def changes(decode: Any, old: Document, new: Document) -> list[Document]:
    return list(_core.compare(decode(old), decode(new)))


def brief(decode: Any, old: Document, new: Document) -> list[tuple[Any, ...]]:
    keys = ("op", "path", "from", "value")
    return [
        tuple(change[key] for key in keys if key in change) for change in changes(decode, old, new)
    ]


def test_a_change_says_all_about_itself(decode: Any) -> None:
    assert changes(decode, {"hot": 1}, {"hot": 2}) == [
        {
            "op": "replace",
            "path": "/hot",
            "old": 1,
            "value": 2,
            "type": "Option<i64>",
            "reload": "restart",
            "marks": ["danger"],
            "rule": "V03",
        }
    ]


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ({}, {"text": "a"}, "V01"),
        ({"text": "a"}, {}, "V02"),
        ({"text": "a"}, {"text": "b"}, "V03"),
        ({"map": {}}, {"map": {"a": {"cert": ""}}}, "V04"),
        ({"numbers": [1]}, {"numbers": []}, "V05"),
        ({"jobs": [{"name": "a"}, {"name": "b"}]}, {"jobs": [{"name": "b"}, {"name": "a"}]}, "V06"),
        ({"numbers": [1, 2, 3]}, {"numbers": [3, 1, 2]}, "V07"),
        ({"secret": "env:A"}, {"secret": "env:B"}, "V08"),
    ],
)
def test_each_kind_of_change_has_its_rule(decode: Any, old: Any, new: Any, rule: str) -> None:
    assert [change["rule"] for change in changes(decode, old, new)] == [rule]


def test_lists_with_a_key_are_told_apart_by_it(decode: Any) -> None:
    old = {"jobs": [{"name": "a"}, {"name": "b", "every": "1s"}, {"name": "c"}, {"name": "d"}]}
    new = {"jobs": [{"name": "d"}, {"name": "b", "every": "2s"}, {"name": "c"}, {"name": "e"}]}
    assert brief(decode, old, new) == [
        ("remove", "/jobs/0"),
        ("move", "/jobs/0", "/jobs/2"),
        ("add", "/jobs/3", {"name": "e"}),
        ("replace", "/jobs/1/every", "2s"),
    ]
    edit = changes(decode, old, new)[3]
    assert edit["key_path"] == "/jobs/[name=b]/every"


def test_equal_rows_of_a_plain_list_stay(decode: Any) -> None:
    rows = [{"cert": str(i), "port": i} for i in range(1, 200)]
    new = [*rows[:50], {"cert": "new"}, *rows[50:120], {**rows[120], "port": 9}, *rows[121:]]
    assert brief(decode, {"plain": rows}, {"plain": new}) == [
        ("add", "/plain/50", {"cert": "new"}),
        ("replace", "/plain/121/port", 9),
    ]


def test_one_item_for_another_is_one_change(decode: Any) -> None:
    assert brief(decode, {"numbers": [1, 2, 3]}, {"numbers": [1, 9, 3]}) == [
        ("replace", "/numbers/1", 9)
    ]


def test_defaults_are_no_changes(decode: Any) -> None:
    tls = {"cert": "a"}
    assert changes(decode, {"tls": tls}, {"tls": tls}) == []
    assert brief(decode, {"tls": tls}, {"tls": {"cert": "a", "port": 443}}) == [
        ("add", "/tls/port", 443)
    ]


def test_literal_secrets_are_not_shown(decode: Any) -> None:
    old, new = (
        decode({}),
        decode({"secret": "hunter2", "map": {"a": {"cert": "", "key": "hunter2"}}}),
    )
    found = _core.compare(old, new)
    assert "hunter2" not in str(list(found)) + str(found.to_json_patch()) + repr(new) + str(new)
    assert found[0]["value"]["a"]["key"] == "<secret>"
    assert found[1]["value"] == "<secret>"
    assert found[1]["secret"] is True
    assert _core.apply_changes(old, found).to_json() == new.to_json()


def invalid(snapshot: _core.Snapshot, *operations: Document) -> tuple[str, dict[str, str]]:
    with pytest.raises(_core.Invalid) as caught:
        _core.apply_patch(snapshot, json.dumps(operations).encode())
    code, values, *_ = caught.value.issues[0]
    return code, values


def test_patches_from_outside(decode: Any) -> None:
    a = decode({"numbers": [1, 2], "text": "x", "map": {"a": {"cert": "1"}}})
    operations = [
        {"op": "test", "path": "/numbers", "value": [1, 2]},
        {"op": "add", "path": "/numbers/-", "value": 3},
        {"op": "copy", "from": "/map/a", "path": "/map/b"},
        {"op": "move", "from": "/numbers/0", "path": "/numbers/1"},
        {"op": "replace", "path": "/text", "value": "y", "old": "x", "extra": []},
    ]
    b = _core.apply_patch(a, json.dumps(operations).encode())
    assert json.loads(b.to_json()) == {
        "numbers": [2, 1, 3],
        "text": "y",
        "map": {"a": {"cert": "1"}, "b": {"cert": "1"}},
    }


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        ({"op": "test", "path": "/text", "value": "y"}, "KS0601"),
        ({"op": "replace", "path": "/text", "value": "y", "old": "z"}, "KS0601"),
        ({"op": "remove", "path": "/nothing"}, "KS0603"),
        ({"op": "add", "path": "/no/where", "value": 1}, "KS0603"),
        ({"op": "add", "path": "/numbers/01", "value": 1}, "KS0603"),
        ({"op": "add", "path": "/numbers/9", "value": 1}, "KS0603"),
        ({"op": "move", "from": "/map", "path": "/map/a/cert"}, "KS0603"),
        ({"op": "twist", "path": "/text"}, "KS0602"),
        ({"op": "add", "path": "text", "value": 1}, "KS0602"),
        ({"op": "add", "path": "/text"}, "KS0602"),
        ({"path": "/text"}, "KS0602"),
        ({"op": "add", "path": "/nonsense", "value": 1}, "KS0403"),
        ({"op": "add", "path": "/big", "value": -1}, "KS0402"),
    ],
)
def test_wrong_patches(decode: Any, operation: Document, code: str) -> None:
    a = decode({"numbers": [1], "text": "x", "map": {}})
    assert invalid(a, operation)[0] == code
    assert json.loads(a.to_json()) == {"numbers": [1], "text": "x", "map": {}}


def test_changes_for_another_base_are_refused_where_they_do_not_fit(decode: Any) -> None:
    change = _core.compare(decode({"text": "a"}), decode({"text": "b"}))
    other = decode({"text": "a", "flag": True})
    assert json.loads(_core.apply_changes(other, change).to_json()) == {"text": "b", "flag": True}
    with pytest.raises(_core.Invalid) as caught:
        _core.apply_changes(decode({"text": "c"}), change)
    code, values, path, *_ = caught.value.issues[0]
    assert (code, path) == ("KS0601", "/text")
    assert values == {"path": "/text", "expected": '"a"', "found": '"c"'}


def test_copies_of_copies_are_bounded(decode: Any) -> None:
    a = decode({"any": {"a": "x" * 1000}})
    twice = [{"op": "copy", "from": "/any", "path": f"/any/{i}"} for i in range(40)]
    assert invalid(a, *twice)[0] == "KS0415"


def test_snapshots_of_two_schemas_are_not_compared(schema: Any, make_schema: Any) -> None:
    from kestrel.ir.decls import Record
    from kestrel.ir.types import Named

    other = make_schema(Named("t.Empty"), Record(name="t.Empty", fields=()))
    with pytest.raises(ValueError, match="not of one schema"):
        _core.compare(schema.decode_json(b"{}"), other.decode_json(b"{}"))


def test_a_root_that_is_no_record(make_schema: Any) -> None:
    from kestrel.ir.types import ListOf, Scalar

    numbers = make_schema(ListOf(Scalar("i64")))
    a, b = numbers.decode_json(b"[1,2,3]"), numbers.decode_json(b"[1,3,4]")
    found = _core.compare(a, b)
    assert [(change["op"], change["path"]) for change in found] == [
        ("remove", "/1"),
        ("add", "/2"),
    ]
    assert _core.apply_changes(a, found).to_json() == b"[1,3,4]"


def test_what_is_derived_is_no_change_and_follows(make_schema: Any) -> None:
    from kestrel.ir.decls import Field, Record
    from kestrel.ir.exprs import Field as Member
    from kestrel.ir.exprs import Local
    from kestrel.ir.types import ListOf, MapOf, Named, Scalar

    number, text, item = Scalar("i64"), Scalar("String"), Named("t.Item")
    outer_wait = Member(base=Local(name="outer"), name="wait")
    idle = Field(name="idle", type=number, default=outer_wait)
    schema = make_schema(
        Named("t.Root"),
        Record(name="t.Item", fields=(Field(name="name", type=text), idle)),
        Record(
            name="t.Root",
            fields=(
                Field(name="wait", type=number),
                Field(name="items", type=ListOf(item)),
                Field(name="by_name", type=MapOf(text, item)),
            ),
        ),
    )

    def snapshot(wait: int, *names: str) -> _core.Snapshot:
        items = [{"name": name} for name in names]
        entries = {name: {"name": name} for name in names}
        document = {"wait": wait, "items": items, "by_name": entries}
        return schema.decode_json(json.dumps(document).encode())

    names = [f"n{i}" for i in range(200)]
    a, b = snapshot(1, *names), snapshot(2, "new", *names)
    found = _core.compare(a, b)
    assert [(change["op"], change["path"]) for change in found] == [
        ("replace", "/wait"),
        ("add", "/items/0"),
        ("add", "/by_name/new"),
    ]
    made = _core.apply_changes(a, found)
    assert made.effective_json() == b.effective_json()
    assert {entry.idle for entry in made.items} == {2}
