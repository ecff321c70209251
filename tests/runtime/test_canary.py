"""One secret, put in by every door and pushed through the commands: it comes out of none."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import traceback
from pathlib import Path

import pytest

import kestrel
from kestrel.runtime.reload import ReloadError
from kestrel.runtime.runtime import Runtime

CANARY = "canary-7b2d91"
SOURCES = str(Path(kestrel.__file__).parents[1])
SCHEMA = "schema Store { password: Secret<String>, note: String = 'n', port: u16 = 1 }\n"
DOORS = {
    "variable": "env:KS_CANARY",
    "file": "file:{folder}/token",
    "literal": CANARY,
}


def run(folder: Path, *words: object, code: int = 0) -> str:
    """All that a command printed; a traceback is a mistake of its own."""
    ran = subprocess.run(
        [sys.executable, "-m", "kestrel.cli.run", *map(str, words)],
        cwd=folder,
        env={**os.environ, "KS_CANARY": CANARY, "PYTHONPATH": SOURCES},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, "Traceback" in ran.stderr) == (code, False), ran.stderr
    return ran.stdout + ran.stderr


@pytest.fixture(params=DOORS)
def door(request: pytest.FixtureRequest, folder: Path) -> str:
    (folder / "token").write_text(f"{CANARY}\n")
    (folder / "token").chmod(0o600)
    (folder / "store.ks").write_text(SCHEMA.replace("'", '"'))
    secret = DOORS[request.param].format(folder=folder)
    for name, port in (("old", 1), ("new", 2)):
        text = json.dumps({"password": secret, "port": port})
        (folder / f"{name}.json").write_text(text)
        (folder / f"{name}.yaml").write_text(f"password: {json.dumps(secret)}\nport: {port}\n")
    (folder / "wrong.yaml").write_text(f"password: {json.dumps(secret)}\nport: many\n")
    return str(request.param)


def test_no_command_shows_it(folder: Path, path: Path, door: str) -> None:
    schema = ("--schema", "store.ks#Store")
    said = [run(folder, "lint", f, *schema) for f in ("old.json", "old.yaml")]
    said.append(run(folder, "lint", "wrong.yaml", *schema, code=2))
    for form in ("table", "markdown", "sarif", "github", "json"):
        said.append(run(folder, "diff", "old.json", "new.yaml", *schema, "--format", form))
    made = run(folder, "init", path, "--config", "old.json", *schema)
    assert path.exists(), made
    said += [made, run(folder, "diff", path, "new.yaml", *schema, "-o", "plan.json")]
    reloaded = run(folder, "reload", path, "plan.json")
    assert "generation 2" in reloaded, reloaded
    said += [reloaded, run(folder, "reload", path, "--rollback")]
    said += [run(folder, word, path) for word in ("status", "history", "show", "metrics")]
    said += [run(folder, "audit", "export", path), (folder / "plan.json").read_text()]
    assert CANARY not in "\n".join(said)
    run(folder, "state", "backup", path, "copy.state")
    states = [f for f in folder.rglob("*") if f.is_file() and ".state" in str(f)]
    assert folder / "copy.state" in states
    if door == "literal":
        with sqlite3.connect(path) as db:
            assert tables_with_it(db) == {"documents"}
    else:
        assert not [f for f in states if CANARY.encode() in f.read_bytes()]


def tables_with_it(db: sqlite3.Connection) -> set[str]:
    """The tables of a state of which a row holds the canary."""
    names = [n for (n,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    rows = {name: db.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}
    return {n for n, found in rows.items() if CANARY in str(found)}


@pytest.mark.parametrize("secret", ["env:KS_CANARY", CANARY])
def test_no_refusal_by_a_hook_shows_it(
    folder: Path, path: Path, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KS_CANARY", CANARY)
    (folder / "store.ks").write_text(SCHEMA.replace("'", '"'))
    schema = kestrel.load(folder / "store.ks").schema("Store")
    old, new = (schema.decode({"password": secret, "port": port}) for port in (1, 2))
    with Runtime.open(path, initial=old) as rt:

        @rt.on_reload("")
        def refuse(change: object, config: object) -> None:
            raise ConnectionError("not let in")

        change = kestrel.plan(rt.state.snapshot, new)
        with pytest.raises(ReloadError, match="not let in") as caught:
            rt.reload(change)
        shown = [*traceback.format_exception(caught.value), repr(change), str(change)]
        shown += [repr(rt.state), repr(rt.state.snapshot), repr(list(kestrel.compare(old, new)))]
        assert CANARY not in "\n".join(shown)
