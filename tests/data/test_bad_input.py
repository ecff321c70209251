"""What comes from outside is bounded, in every format: none of this may hang, crash or pass."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

import pytest

import kestrel
from kestrel.text.read import LIMIT, YAML_LIMIT
from tests.data.conftest import Wrong

DEEP = 200
VERY_DEEP = 100_000


def codes(found: list[tuple[str, int, int]]) -> set[str]:
    return {code for code, *_ in found}


@pytest.mark.parametrize("depth", [DEEP, VERY_DEEP])
@pytest.mark.parametrize(
    ("suffix", "before"), [(".json", '{"extra": '), (".yaml", "extra: "), (".toml", "extra = ")]
)
def test_nesting(wrong: Wrong, suffix: str, before: str, depth: int) -> None:
    after = "}" if suffix == ".json" else ""
    assert codes(wrong(suffix, before + "[" * depth + "]" * depth + after)) == {"KS0414"}


def test_nesting_by_indentation(wrong: Wrong) -> None:
    text = "extra:\n" + "".join(" " * level + "a:\n" for level in range(1, DEEP))
    assert codes(wrong(".yaml", text)) == {"KS0414"}


@pytest.mark.parametrize(("suffix", "limit"), [(".json", LIMIT), (".yaml", YAML_LIMIT)])
def test_size(gateway: kestrel.Schema, tmp_path: Path, suffix: str, limit: int) -> None:
    path = tmp_path / f"large{suffix}"
    with path.open("wb") as file:
        file.truncate(limit + 1)
    with pytest.raises(kestrel.UnreadableFile) as caught:
        gateway.load(path)
    assert caught.value.diagnostics[0].code == "KS0803"


def test_alias_bomb(wrong: Wrong) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    for level in range(1, 12):
        below = ", ".join([f"*a{level - 1}"] * 10)
        lines.append(f"a{level}: &a{level} [{below}]")
    started = time.monotonic()
    assert codes(wrong(".yaml", "\n".join(lines))) == {"KS0421"}
    assert time.monotonic() - started < 5


def test_an_alias_inside_what_it_names(wrong: Wrong) -> None:
    assert wrong(".yaml", "tags: &t [*t]\n") == [("KS0421", 1, 11)]


@pytest.mark.parametrize(
    ("suffix", "text"),
    [
        (".json", '{"ratio": NaN}'),
        (".json", '{"ratio": Infinity}'),
        (".json", '{"ratio": 1e999}'),
        (".yaml", "ratio: .nan\n"),
        (".yaml", "ratio: -.inf\n"),
        (".toml", "ratio = nan\n"),
        (".toml", "ratio = inf\n"),
    ],
)
def test_numbers_that_are_none(wrong: Wrong, suffix: str, text: str) -> None:
    assert codes(wrong(suffix, text)) <= {"KS0401", "KS0402", "KS0410", "KS0411"}


@pytest.mark.parametrize("value", ["18446744073709551616", "-1", "1" * 400])
@pytest.mark.parametrize(
    ("suffix", "text"),
    [(".json", '{{"big": {}}}'), (".yaml", "big: {}\n"), (".toml", "big = {}\n")],
)
def test_integers_beyond_their_type(wrong: Wrong, suffix: str, text: str, value: str) -> None:
    assert codes(wrong(suffix, text.format(value))) == {"KS0402"}


@pytest.mark.parametrize(
    ("suffix", "text"),
    [(".json", '{{"big": {}}}'), (".yaml", "big: {}\n"), (".toml", "big = {}\n")],
)
def test_integers_of_absurd_length(wrong: Wrong, suffix: str, text: str) -> None:
    assert codes(wrong(suffix, text.format("9" * 100_000))) <= {"KS0402", "KS0424"}


@pytest.mark.parametrize("suffix", [".json", ".yaml", ".toml"])
def test_invalid_utf8(wrong: Wrong, suffix: str) -> None:
    text = {".json": b'{"note": "\xff"}', ".yaml": b"note: \xff\n", ".toml": b'note = "\xff"\n'}
    found = wrong(suffix, text[suffix])
    assert codes(found) == {"KS0805"}
    assert found[0][1] == 1


def test_invalid_utf8_in_bytes(gateway: kestrel.Schema) -> None:
    with pytest.raises(kestrel.InvalidConfig) as caught:
        gateway.decode(b'{"note": "\xff"}')
    assert caught.value.diagnostics[0].code == "KS0416"


@pytest.mark.parametrize("suffix", [".json", ".yaml", ".toml"])
def test_a_fifo(gateway: kestrel.Schema, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"fifo{suffix}"
    os.mkfifo(path)
    with pytest.raises(kestrel.UnreadableFile) as caught:
        gateway.load(path)
    assert caught.value.diagnostics[0].code == "KS0802"


@pytest.mark.parametrize("suffix", [".json", ".yaml", ".toml"])
@pytest.mark.parametrize("text", ["", "\0", "\ufeff", "[]", "7", '"x"', "{", "}", "\t", "%", "- -"])
def test_junk_is_never_a_traceback(
    gateway: kestrel.Schema, tmp_path: Path, suffix: str, text: str
) -> None:
    path = tmp_path / f"junk{suffix}"
    path.write_text(text, "utf-8")
    with suppress(kestrel.KestrelError):
        gateway.load(path)


@pytest.mark.parametrize(
    "value", [object(), {1: 2}, {"a": object()}, float("nan"), {"x": {"y": 1j}}]
)
def test_python_values_that_are_no_data(gateway: kestrel.Schema, value: object) -> None:
    with pytest.raises(kestrel.InvalidConfig):
        gateway.decode(value)


def test_a_value_of_no_known_kind_is_named(gateway: kestrel.Schema) -> None:
    with pytest.raises(kestrel.InvalidConfig) as caught:
        gateway.decode({"tags": [object()]})
    (found,) = caught.value.diagnostics
    assert (found.code, found.notes) == ("KS0425", ("at `/tags/0`",))


def test_errors_beyond_a_hundred_are_counted(gateway: kestrel.Schema) -> None:
    with pytest.raises(kestrel.InvalidConfig) as caught:
        gateway.decode({"tags": [1] * 105})
    *_, last = caught.value.diagnostics
    assert (len(caught.value.diagnostics), last.code) == (101, "KS0418")
    assert last.message.startswith("5 ")


def test_a_value_that_holds_itself(gateway: kestrel.Schema) -> None:
    value: dict[str, object] = {}
    value["extra"] = value
    with pytest.raises(kestrel.InvalidConfig):
        gateway.decode(value)
