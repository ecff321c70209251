"""One config in every format is one snapshot; one mistake is one diagnostic at one place."""

from __future__ import annotations

from pathlib import Path

import pytest

import kestrel
from tests.data.conftest import GATEWAY, Wrong

DOCUMENT = (
    b'{"big":18446744073709551615,"idle":"1m30s","level":"Warn","listeners":{"edge":{"port":8443,'
    b'"tls":{"cert":"/c","versions":["1.2","1.3"]}}},"note":"no","ratio":0.25,"room":"1MiB",'
    b'"tags":["a","b"],"token":"env:T"}'
)

JSON = DOCUMENT.decode()

YAML = """\
level: Warn
idle: 90s
room: 1024KiB
ratio: .25
big: 18446744073709551615
note: no        # a text is due, so it is one
token: env:T
tags: [a, "b"]
listeners:
  edge:
    port: 8443
    tls: &tls
      cert: /c
      versions: ['1.3', 1.2]
"""

TOML = """\
level = "Warn"
idle = "1m30s"
room = "1MiB"
ratio = 0.25
big = 18446744073709551615
note = "no"
token = "env:T"
tags = ["a", "b"]

[listeners.edge]
port = 8443
tls = { cert = "/c", versions = ["1.2", "1.3"] }
"""

KS = """\
use gateway.{Gateway, Level}
config base: Gateway = {
  level: Level.Warn, idle: 90s, room: 1MiB, ratio: 0.25, big: 18446744073709551615, note: Some("no")
  tags: ["a", "b"]
  listeners: { edge: { port: 8443, tls: Some({ cert: "/c", versions: ["1.2", "1.3"] }) } }
}
"""


@pytest.mark.parametrize(
    ("suffix", "text"), [(".json", JSON), (".yaml", YAML), (".yml", YAML), (".toml", TOML)]
)
def test_formats(gateway: kestrel.Schema, tmp_path: Path, suffix: str, text: str) -> None:
    path = tmp_path / f"config{suffix}"
    path.write_text(text)
    assert gateway.load(path).to_json() == DOCUMENT


def test_a_ks_file(tmp_path: Path) -> None:
    (tmp_path / "gateway.ks").write_text(GATEWAY)
    (tmp_path / "prod.ks").write_text(KS)
    schema = kestrel.load(tmp_path / "gateway.ks").schema("Gateway")
    expected = DOCUMENT.replace(b',"token":"env:T"', b"")
    assert schema.load(tmp_path / "prod.ks").to_json() == expected
    assert schema.load(f"{tmp_path / 'prod.ks'}#base").to_json() == expected
    assert kestrel.load(tmp_path / "prod.ks").config("base").to_json() == expected


def test_python_values(gateway: kestrel.Schema) -> None:
    import datetime

    config = gateway.decode(
        {"idle": datetime.timedelta(seconds=90), "tags": ("a",), "listeners": {"x": {"port": 2000}}}
    )
    assert config.idle == kestrel.Duration.parse("90s")
    assert config.listeners["x"].port == 2000


@pytest.mark.parametrize(
    ("suffix", "text", "expected"),
    [
        (".json", '{\n "idle": true\n}', [("KS0401", 2, 10)]),
        (".yaml", "idle: [1]\n", [("KS0401", 1, 7)]),
        (".toml", "tags = 1\n", [("KS0401", 1, 8)]),
        (".json", '{"big": -1}', [("KS0402", 1, 9)]),
        (".yaml", "big: 18446744073709551616\n", [("KS0402", 1, 6)]),
        (".yaml", "tags: []\nlevle: Info\n", [("KS0403", 2, 1)]),
        (".toml", "[listeners.a]\nport = 2000\nhots = 'x'\n", [("KS0403", 3, 1)]),
        (".json", '{"listeners": {"a": {}}}', [("KS0404", 1, 16)]),
        (".yaml", "listeners:\n  a:\n    host: x\n", [("KS0404", 2, 3)]),
        (".toml", "[listeners.a]\nhost = 'x'\n", [("KS0404", 1, 12)]),
        (".json", '{"big": 1,\n "big": 2}', [("KS0405", 2, 2)]),
        (".yaml", "big: 1\nbig: 2\n", [("KS0405", 2, 1)]),
        (
            ".yaml",
            "big: -1\nbig: 2\nlevle: x\n",
            [("KS0402", 1, 6), ("KS0405", 2, 1), ("KS0403", 3, 1)],
        ),
        (".yaml", "tags:\n  - a\n  -\n", [("KS0406", 3, 4)]),
        (".yaml", "listeners:\n  edge:\n    port: 80\n", [("KS0407", 3, 11)]),
        (".json", '{"level": "Wern"}', [("KS0409", 1, 11)]),
        (".json", '{"level": }', [("KS0410", 1, 11)]),
        (".yaml", "idle: 5 parsecs\n", [("KS0411", 1, 7)]),
        (".yaml", '!!binary "bGV2ZWw=": Wern\n', [("KS0409", 1, 22)]),
        (".yaml", '!!binary "/w==": x\n', [("KS0416", 1, 1)]),
        (".yaml", '!!binary "/": x\n', [("KS0420", 1, 1)]),
        (".yaml", "level: Warn\nlisteners:\n  a:\n    port: 2000\n", [("KS0501", 3, 3)]),
        (".yaml", "listeners:\n  far_too_long: {port: 2000}\n", [("KS0417", 2, 3)]),
        (".yaml", "a: [1\n", [("KS0420", 2, 1)]),
        (".toml", "a = [1\n", [("KS0424", 2, 1)]),
        (".yaml", "tags: *a\n", [("KS0421", 1, 7)]),
        (".yaml", "tags: !secret x\n", [("KS0422", 1, 7)]),
        (".yaml", "level: Info\n---\nlevel: Warn\n", [("KS0423", 3, 1)]),
        (".ini", "a=1", [("KS0806", 0, 0)]),
    ],
)
def test_places(wrong: Wrong, suffix: str, text: str, expected: list[tuple[str, int, int]]) -> None:
    assert wrong(suffix, text) == expected


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "---\n", "null\n"])
def test_an_empty_yaml_file_says_nothing(
    gateway: kestrel.Schema, tmp_path: Path, text: str
) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(text)
    assert gateway.load(path) == gateway.decode({})


def test_several_mistakes_are_reported_at_once(wrong: Wrong) -> None:
    text = "levle: Info\nbig: x\nlisteners:\n  a: {port: 1}\n  b: {}\n"
    assert [code for code, *_ in wrong(".yaml", text)] == ["KS0403", "KS0401", "KS0407", "KS0404"]


def test_hints_name_the_nearest(gateway: kestrel.Schema) -> None:
    with pytest.raises(kestrel.InvalidConfig) as caught:
        gateway.decode('{"levle": "Info"}')
    assert caught.value.diagnostics[0].helps == ("did you mean `level`?",)


def test_merge_keys_fill_up_what_is_not_written(gateway: kestrel.Schema, tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(
        "listeners:\n  a: &base {port: 2000, host: here}\n  b:\n    <<: *base\n    port: 2001\n"
    )
    config = gateway.load(path)
    assert (config.listeners["b"].host, config.listeners["b"].port) == ("here", 2001)
