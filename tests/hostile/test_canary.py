"""One secret, taken through all that may happen to it: it stands where the documentation says that
it does, in the documents of a state, and nowhere else. Beside `tests/runtime/test_secrets.py` and
`tests/cli/test_secrets.py`: what goes wrong, what programs show, and files byte by byte."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import kestrel
from kestrel.changes.plan import plan
from kestrel.runtime.backup import back_up
from kestrel.runtime.runtime import Runtime
from kestrel.runtime.statefile import StateFile
from tests.errors.lab import Lab

RESOLVED, LITERAL = "canary-resolved-8e21", "canary-literal-8e21"
SCHEMA = """\
schema Store {
  password: Secret<String>
  token: Option<Secret<String>>
  port: u16 = 1
  requires low: port < 100 else "port {port} is too high"
}
"""


@pytest.fixture
def schema(tmp_path: Path) -> kestrel.Schema:
    tmp_path.chmod(0o700)
    (tmp_path / "store.ks").write_text(SCHEMA)
    return kestrel.load(tmp_path / "store.ks").schema("Store")


@pytest.fixture(params=["env", "file"])
def reference(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> str:
    if request.param == "env":
        monkeypatch.setenv("STORE_PASSWORD", RESOLVED)
        return "env:STORE_PASSWORD"
    file = tmp_path_factory.mktemp("secrets") / "password"
    file.write_text(RESOLVED)
    return f"file:{file}"


@pytest.fixture
def rt(schema: kestrel.Schema, tmp_path: Path, reference: str) -> Iterator[Runtime]:
    first = schema.decode({"password": reference})
    with Runtime.open(tmp_path / "a.state", schema=schema, initial=first) as runtime:
        yield runtime


def failure(act: Callable[[], object]) -> str:
    """The whole traceback of what an act raises, its local variables too."""
    try:
        act()
    except kestrel.KestrelError as error:
        whole = traceback.TracebackException.from_exception(error, capture_locals=True)
        shown = [d.message + str(d.notes) + str(d.helps) for d in error.diagnostics]
        return "".join([*whole.format(), repr(error), *shown])
    raise AssertionError("it was not refused")


def failures(rt: Runtime, schema: kestrel.Schema, config: dict[str, Any]) -> list[str]:
    """Reloads that a rule, a reference, a hook and a probe refuse."""

    def change(**members: Any) -> Callable[[], object]:
        return lambda: rt.reload(plan(rt.state.snapshot, schema.decode(config | members)))

    @rt.on_reload("/port")
    def refuse(change: dict[str, Any], new: Any) -> None:
        if new.port == 3:
            assert new.password.resolve() == RESOLVED
            raise kestrel.Refuse("not that port")

    @rt.health()
    def well() -> bool:
        return bool(rt.state.snapshot.port != 4)

    return [
        failure(change(port=500)),
        failure(change(token="env:NOT_SET_ANYWHERE")),
        failure(change(port=3)),
        failure(change(port=4)),
    ]


def test_a_resolved_secret_stands_nowhere(
    rt: Runtime, schema: kestrel.Schema, tmp_path: Path, reference: str
) -> None:
    config = {"password": reference}
    said = failures(rt, schema, config)
    made = plan(rt.state.snapshot, schema.decode(config | {"port": 2}))
    said += [repr(rt.reload(made)), made.to_json().decode(), repr(rt.rollback())]
    with rt.read() as read:
        assert read.password.resolve() == RESOLVED
        said += [repr(read), str(read), repr(read.password), str(read.password)]
        said += [f"{read.password}", read.to_json().decode()]
    said.append(rt.metrics().text()[0].decode())
    back_up(rt._state.path, tmp_path / "b.state")
    assert RESOLVED not in "".join(said)
    written = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert {"a.state", "a.state-wal", "b.state"} <= {file.name for file in written}
    assert not [f for f in written if RESOLVED.encode() in f.read_bytes()]


def test_a_literal_stands_in_the_documents_of_a_state_alone(
    rt: Runtime, schema: kestrel.Schema, tmp_path: Path, reference: str
) -> None:
    literal = schema.decode({"password": reference, "token": LITERAL})
    made = plan(rt.state.snapshot, literal)
    said = [repr(made), made.to_json().decode(), repr(list(made.change_set)), repr(rt.reload(made))]
    said += [repr(literal), str(literal), repr(literal.token), str(literal.token)]
    said += [rt.metrics().text()[0].decode(), repr(kestrel.compare(rt.state.snapshot, literal))]
    assert LITERAL not in "".join(said)
    back_up(rt._state.path, tmp_path / "b.state")
    rt.rollback()
    for name in ("a.state", "b.state"):  # as docs/data.md says: whole documents
        state = StateFile(tmp_path / name, "read")
        held = _tables_with(state, LITERAL)
        state.close()
        assert held == {"documents"}
    lying = [f.name for f in tmp_path.rglob("*") if f.is_file() and _has(f, LITERAL)]
    assert set(lying) <= {"a.state", "a.state-wal", "b.state"}


def _has(file: Path, text: str) -> bool:
    return text.encode() in file.read_bytes()


def _tables_with(state: StateFile, text: str) -> set[str]:
    tables = [name for (name,) in state.all("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    return {t for t in tables if text in repr(state.all(f"SELECT * FROM {t}"))}


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    made = Lab(tmp_path)
    made.write("store.ks", SCHEMA)
    made.write("a.json", json.dumps({"password": LITERAL, "port": 1}))
    made.write("b.yaml", f"password: {LITERAL}\nport: 2\n")
    made.write("rule.json", json.dumps({"password": LITERAL, "port": 500}))
    return made


S = ("--schema", "store.ks")


@pytest.mark.parametrize(
    "words",
    [
        ("config", "validate", "a.json", *S),
        ("config", "validate", "rule.json", *S),
        ("config", "render", "a.json", *S),
        *(("config", "export", "a.json", *S, "--to", form) for form in ("json", "yaml", "toml")),
        *(
            ("run", "diff", "a.json", "b.yaml", *S, "--format", form)
            for form in ("table", "json", "markdown", "sarif")
        ),
        ("run", "diff", "a.json", "rule.json", *S),
    ],
)
def test_no_command_on_files_prints_a_literal(lab: Lab, words: tuple[str, ...]) -> None:
    """`KESTREL_DEBUG` is for bugs of Kestrel; it shows no more of a file."""
    tool = lab.config if words[0] == "config" else lab.run
    ran = tool(*words[1:], KESTREL_DEBUG="1")
    assert ran.code not in (64, 70), ran.err
    assert ran.out + ran.err
    assert LITERAL not in ran.out + ran.err
    assert "Traceback" not in ran.err
