"""Documents from Python, issues, the cell."""

from __future__ import annotations

import datetime
import json
import threading
from typing import Any

import pytest

from kestrel import _core
from kestrel.data.values import Duration, Secret


def test_documents_from_python_values(schema: _core.Schema, decode: Any) -> None:
    config = schema.decode_doc(
        _core.Doc.of(
            {
                "wait": datetime.timedelta(minutes=1, microseconds=1),
                "blob": b"\0\xff",
                "big": 2**64 - 1,
                "numbers": (1, 2),
                "names": {"a"},
                "by_number": {3: "three"},
                "secret": Secret("env:A"),
                "jobs": [{"name": "a", "every": Duration(10**9)}],
                "any": {"x": None},
            }
        )
    )
    assert json.loads(config.to_json()) == {
        "wait": "1m1us",
        "blob": "AP8=",
        "big": 2**64 - 1,
        "numbers": [1, 2],
        "names": ["a"],
        "by_number": {"3": "three"},
        "secret": "env:A",
        "jobs": [{"name": "a", "every": "1s"}],
        "any": {"x": None},
    }
    again = schema.decode_doc(_core.Doc.of({"map": config.map or {}, "numbers": config.numbers}))
    assert again.numbers == [1, 2]


def endless() -> Any:
    items: list[Any] = []
    items.append(items)
    return items


@pytest.mark.parametrize(
    ("value", "code", "path"),
    [
        ({"a": object()}, "KS0425", "/a"),
        ({"a": [1, {"b/c": 1j}]}, "KS0425", "/a/1/b~1c"),
        ({(1, 2): 3}, "KS0425", ""),
        ({"a": 2**200}, "KS0425", "/a"),
        ({"a": 10**10000}, "KS0425", "/a"),
        ({"a": "\ud800"}, "KS0416", "/a"),
        (endless(), "KS0414", "/0" * 128),
    ],
)
def test_python_values_that_are_no_documents(value: Any, code: str, path: str) -> None:
    with pytest.raises(_core.Invalid) as caught:
        _core.Doc.of(value)
    assert [(issue[0], issue[2]) for issue in caught.value.issues] == [(code, path)]


def test_documents_are_built_and_read_back() -> None:
    doc = _core.Doc()
    top = doc.open_map(0, 30)
    doc.text("a", 1, 2)
    inner = doc.open_list(3, 9)
    doc.integer(2**100, 4, 5)
    doc.plain("no", 6, 7)
    doc.real(0.5)
    doc.boolean(True)
    doc.null()
    doc.close(inner)
    doc.close(top)
    assert doc.to_python() == {"a": [2**100, "no", 0.5, True, None]}
    assert doc.locate("/a/1") == (6, 7)
    assert doc.locate("/a", True) == (1, 2)
    assert doc.locate("/b") == (-1, -1)
    assert doc.source_of("/a/0") == 0


def test_json_is_parsed_and_located() -> None:
    text = b' {"a": [1, {"b": null}]} '
    assert _core.Doc.parse(text).to_python() == {"a": [1, {"b": None}]}
    begin, end = _core.locate(text, "/a/1/b")
    assert text[begin:end] == b"null"
    assert _core.locate(text, "/c") == (-1, -1)


def test_issues_say_what_and_where(schema: _core.Schema) -> None:
    data = b'{"numbers": [1, "x"], "txet": 1}'
    with pytest.raises(_core.Invalid) as caught:
        schema.decode_json(data)
    issues = caught.value.issues
    assert issues is caught.value.args[0]
    assert {(code, path) for code, _, path, *_ in issues} == {
        ("KS0401", "/numbers/1"),
        ("KS0403", "/txet"),
    }
    wrong = next(issue for issue in issues if issue[0] == "KS0401")
    assert data[wrong[3] : wrong[4]] == b'"x"'


def test_a_bundle_that_is_none() -> None:
    with pytest.raises(_core.Invalid) as caught:
        _core.Schema(b'{"decls":[],"format":1,"root":{"kind":"named","name":"x"}}')
    assert caught.value.issues[0][0] == "KS0109"


def test_the_cell_gives_the_newest(decode: Any) -> None:
    first, second = decode({"hot": 1}), decode({"hot": 2})
    cell = _core.Cell(first, 1)
    assert cell.read() == first
    assert cell.read().schema is first.schema
    held = cell.read().map
    assert (cell.generation(), cell.pinned()) == (1, 0)
    cell.publish(second, 2)
    assert cell.read().hot == 2
    assert (cell.generation(), cell.pinned()) == (2, 1)
    assert held is None
    del first
    assert cell.pinned() == 0
    with pytest.raises(ValueError, match="older"):
        cell.publish(second, 1)
    with pytest.raises(TypeError, match="Snapshot"):
        cell.publish("second", 3)  # type: ignore[arg-type]


def test_readers_never_go_back(decode: Any) -> None:
    snapshots = [decode({"hot": i, "big": i}) for i in range(200)]
    cell = _core.Cell(snapshots[0], 0)
    faults: list[int] = []

    def read() -> None:
        last = 0
        while last < 199:
            config: Any = cell.read()
            if config.hot != config.big or config.hot < last:
                faults.append(config.hot)
            last = config.hot

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for i in range(1, 200):
        cell.publish(snapshots[i], i)
    for thread in threads:
        thread.join()
    assert faults == []


def test_fields_are_made_once_by_many_threads(decode: Any) -> None:
    config = decode({"map": {f"k{i}": {"cert": str(i)} for i in range(100)}})
    seen: list[Any] = []
    threads = [threading.Thread(target=lambda: seen.append(config.map)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(view is seen[0] for view in seen)
