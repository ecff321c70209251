"""Bytes that editors, other systems and attackers leave in files: what each of them means."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hostile.test_hostile import N, run

SCHEMA = 'schema S {\n list: [i64] = []\n text: String = ""\n real: f64 = 0.0\n}\n'

FINE = {
    "mark.ks": b"\xef\xbb\xbfschema S { a: u8 }\n",
    "mark.yaml": b"\xef\xbb\xbftext: a\n",
    "lines.ks": b"schema S {\r\n a: u8\r\n}\r\n",
    "lines.yaml": b"text: a\r\n",
    "lines.toml": b"text = 'a'\r\n",
    "lines.json": b'{"text":\r\n"a"}\r\n',
    "empty.ks": b"",
    "empty.yaml": b"",
    "empty.toml": b"",
}

WRONG = {
    "digits.ks": (b"config c: i64 = " + b"9" * N, {"KS0011"}),
    "hex.ks": (b"config c: i64 = 0x" + b"f" * N, {"KS0011"}),
    "hours.ks": (b"schema S { a: Duration = " + b"9" * N + b"h }", {"KS0011"}),
    "exponent.ks": (b"schema S { a: f64 = 1e999999 }", {"KS0011"}),
    "exponent.yaml": (b"real: 1e999999\n", {"KS0402"}),
    "exponent.toml": (b"real = 1e999999\n", {"KS0402"}),
    "exponent.json": (b'{"real": 1e999999}', {"KS0402"}),
    "infinite.toml": (b"real = inf\n", {"KS0402"}),
    "infinite.yaml": (b"real: .nan\n", {"KS0402"}),
    "bytes.ks": (b"schema S { a: u8 } // \xff\n", {"KS0805"}),
    "bytes.yaml": (b"text: \xff\n", {"KS0805"}),
    "bytes.toml": (b'text = "\xff"\n', {"KS0805"}),
    "bytes.json": (b'{"text": "\xff"}', {"KS0805"}),
    "mark.toml": (b"\xef\xbb\xbftext = 'a'\n", {"KS0424"}),
    "lines.ks": (b"schema S {\r a: u8\r}\r", {"KS0009"}),
    "blank.json": (b"  \n", {"KS0410"}),
    "wide.ks": ("schema S { a: u8 }".encode("utf-16"), {"KS0805"}),
    "wide.yaml": ("text: a\n".encode("utf-16"), {"KS0805"}),
    "wide.json": ('{"text":"a"}'.encode("utf-16"), {"KS0805"}),
    "nul.ks": (b"schema S { a: u8 }\0\n", {"KS0009"}),
    "nul.yaml": (b"text: '\0'\n", {"KS0420"}),
    "nul.toml": (b"text = '\0'\n", {"KS0424"}),
    "half.ks": (b'config c: String = "\\u{d800}"\n', {"KS0012"}),
    "half.yaml": (b'text: "\\ud800"\n', {"KS0420"}),
    "half.toml": (b'text = "\\ud800"\n', {"KS0424"}),
    "blocks.yaml": ("".join(" " * i + "a:\n" for i in range(3000)).encode(), {"KS0414"}),
    "dashes.yaml": (b"list:\n" + b"- " * N + b"1\n", {"KS0414"}),
    "keys.yaml": (b"? [a]\n: 1\n", {"KS0420"}),
    "tag.yaml": (b"!!python/object/apply:os.system [x]\n", {"KS0422"}),
    "again.yaml": (b"text: a\n" * 20_000, {"KS0405", "KS0418"}),
    "again.toml": (b"text = 'a'\n" * N, {"KS0424"}),
}


def judged(folder: Path, name: str, data: bytes) -> tuple[int, list[str]]:
    (folder / "s.ks").write_text(SCHEMA)
    (folder / name).write_bytes(data)
    if name.endswith(".ks"):
        return run(folder, "run", "lint", name)
    return run(folder, "config", "validate", name, "--schema", "s.ks#S")


@pytest.mark.parametrize("name", FINE)
def test_they_mean_nothing(tmp_path: Path, name: str) -> None:
    assert judged(tmp_path, name, FINE[name]) == (0, [])


@pytest.mark.parametrize("name", WRONG)
def test_they_are_wrong(tmp_path: Path, name: str) -> None:
    data, codes = WRONG[name]
    status, found = judged(tmp_path, name, data)
    assert (status, set(found)) == (2, codes)
