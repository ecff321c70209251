"""`kestrel-config export` and `import`, `kestrel-gen`, as users call them, wrongly too."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.commands import Ran, kestrel_config, kestrel_gen

STORE = """\
schema Store { url: Url; password: Secret<String>; cache: Size = 64MiB }
config local: Store = { url: "redis://a/0", password: env:P }
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "store.ks").write_text(STORE)
    (tmp_path / "literal.json").write_text('{"url": "redis://a/0", "password": "canary"}')
    return tmp_path


def config(folder: Path, *words: str) -> Ran:
    return kestrel_config(*words, cwd=folder)


def gen(folder: Path, *words: str) -> Ran:
    return kestrel_gen(*words, cwd=folder)


def test_export_chooses_the_form_of_the_output(folder: Path) -> None:
    for name, text in {
        "a.yaml": "password: env:P\nurl: redis://a/0\n",
        "a.toml": 'password = "env:P"\nurl = "redis://a/0"\n',
        "a.json": '{\n  "password": "env:P",\n  "url": "redis://a/0"\n}\n',
    }.items():
        assert config(folder, "export", "store.ks#local", "-o", name).code == 0
        assert (folder / name).read_text() == text


def test_export_of_the_effective_value(folder: Path) -> None:
    ran = config(folder, "export", "store.ks#local", "--effective", "--format", "json")
    assert json.loads(ran.json["result"]["text"])["cache"] == "64MiB"


def test_a_data_file_in_another_form(folder: Path) -> None:
    (folder / "a.json").write_text('{"url": "http://a/", "password": "file:/p"}')
    ran = config(folder, "export", "a.json", "--schema", "store.ks", "--to", "yaml")
    assert (ran.code, ran.out) == (0, "password: file:/p\nurl: http://a/\n")


@pytest.mark.parametrize("command", ["export", "render", "import"])
def test_no_command_writes_a_literal_secret(folder: Path, command: str) -> None:
    ran = config(folder, command, "literal.json", "--schema", "store.ks")
    assert ran.code == 2
    assert "KS0460" in ran.err
    assert "canary" not in ran.out + ran.err


def test_import_names_the_config_after_the_file(folder: Path) -> None:
    (folder / "prod-eu.yaml").write_text("url: http://a/\npassword: env:P\n")
    ran = config(folder, "import", "prod-eu.yaml", "--schema", "store.ks", "-o", "made.ks")
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    assert "config prod_eu: Store = {" in (folder / "made.ks").read_text()
    assert config(folder, "validate", "made.ks").code == 0
    assert config(folder, "fmt", "--check", "made.ks").code == 0


def test_import_says_what_is_wrong_in_the_data(folder: Path) -> None:
    (folder / "a.yaml").write_text("url: http://a/\npasword: env:P\n")
    ran = config(folder, "import", "a.yaml", "--schema", "store.ks")
    assert ran.code == 2
    assert "a.yaml:2:1" in ran.err


def test_import_into_a_folder_below(folder: Path) -> None:
    (folder / "env").mkdir()
    (folder / "kestrel.toml").write_text("")
    (folder / "a.yaml").write_text("url: http://a/\npassword: env:P\n")
    ran = config(folder, "import", "a.yaml", "--schema", "store.ks", "-o", "env/prod.ks")
    assert ran.code == 0, ran.err
    assert (folder / "env" / "prod.ks").read_text().startswith("module env.prod\n")
    assert config(folder, "validate", "env/prod.ks").code == 0


def test_the_files_of_gen(folder: Path) -> None:
    assert gen(folder, "json-schema", "store.ks#Store", "-o", "s.json").code == 0
    assert json.loads((folder / "s.json").read_text())["required"] == ["url", "password"]
    assert gen(folder, "import", "s.json", "--name", "Store", "-o", "again.ks").code == 0
    assert "schema Store {" in (folder / "again.ks").read_text()
    assert gen(folder, "pyi", "store.ks", "--out", "deep/types").code == 0
    assert "class Store:" in (folder / "deep" / "types" / "store_types.pyi").read_text()
    assert (
        gen(folder, "pyi", "store.ks").out
        == (folder / "deep" / "types" / "store_types.pyi").read_text()
    )


WRONG = [
    (kestrel_config, ["export", "gone.ks#a"], "KS0801", 4),
    (kestrel_config, ["export", "store.ks#gone"], "KS0430", 2),
    (kestrel_config, ["export", "store.ks#local", "--to", "xml"], "KS0901", 64),
    (kestrel_config, ["export", "store.ks#local", "-o", "no/a.yaml"], "KS0910", 4),
    (kestrel_config, ["export", "store.ks#local", "-o", "folder"], "KS0910", 4),
    (kestrel_config, ["export", "literal.json"], "KS0906", 2),
    (kestrel_config, ["import", "gone.yaml", "--schema", "store.ks"], "KS0801", 4),
    (kestrel_config, ["import", "folder", "--schema", "store.ks"], "KS0806", 2),
    (kestrel_config, ["import", "literal.json"], "KS0901", 64),
    (
        kestrel_config,
        ["import", "literal.json", "--schema", "store.ks", "-o", "a.txt"],
        "KS0913",
        64,
    ),
    (kestrel_gen, ["json-schema", "gone.ks"], "KS0801", 4),
    (kestrel_gen, ["json-schema", "store.ks#Gone"], "KS0430", 2),
    (kestrel_gen, ["json-schema", "folder.ks"], "KS0802", 4),
    (kestrel_gen, ["import", "store.ks"], "KS0410", 2),
    (kestrel_gen, ["import", "literal.json", "--name", "a b"], "KS0914", 64),
    (kestrel_gen, ["pyi", "store.ks", "--out", "store.ks"], "KS0910", 4),
    (kestrel_gen, ["regz"], "KS0902", 64),
]


@pytest.mark.parametrize(("program", "words", "code", "exit_code"), WRONG)
def test_wrong_arguments(
    folder: Path, program: object, words: list[str], code: str, exit_code: int
) -> None:
    (folder / "folder").mkdir()
    (folder / "folder.ks").mkdir()
    assert callable(program)
    ran = program(*words, cwd=folder)
    assert f"[{code}]" in ran.err
    assert ran.code == exit_code
    assert "Traceback" not in ran.err


def test_a_broken_pipe_is_no_error(folder: Path) -> None:
    paths = os.pathsep.join(str(Path(p).resolve()) for p in sys.path if p)
    words = f'"{sys.executable}" -m kestrel.cli.gen json-schema store.ks | true'
    environment = {**os.environ, "PYTHONPATH": paths}
    done = subprocess.run(
        ["bash", "-c", words], cwd=folder, env=environment, capture_output=True, check=False
    )
    assert done.stderr == b""
