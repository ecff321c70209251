"""A literal secret on the command line: planned against a state, applied from its file, printed by
no command in no format."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from tests.errors.lab import STATE, Lab

CANARY = "canary-77ab"
SCHEMA = """
schema Store { password: Secret<String>, port: u16 = 1 }
"""


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    made = Lab(tmp_path)
    made.write("store.ks", SCHEMA)
    made.write("old.json", '{"password": "env:P"}')
    made.write("new.json", json.dumps({"password": CANARY}))
    made.write("port.json", json.dumps({"password": CANARY, "port": 2}))
    made.must("init", STATE, "--schema", "store.ks", "--config", "old.json")
    return made


def test_the_file_of_a_reviewed_plan_is_the_same_change(lab: Lab) -> None:
    plan = json.loads((lab.folder / lab.plan(STATE, "new.json")).read_text())
    refused = lab.run("reload", STATE, "change.json", "-q")
    assert refused.code == 5
    assert "KS0734" in refused.err
    done = json.loads(lab.must("reload", STATE, "new.json", "--format", "json").out)
    assert done["audit_id"] == plan["audit_id"]
    lab.must("reload", STATE, lab.plan(STATE, "port.json"), "-q")
    lab.must("reload", STATE, lab.plan(STATE, "old.json"), "-q")
    lab.must("reload", STATE, "--rollback", "-q")
    lab.must("audit", "verify", STATE)


def test_no_command_prints_it(lab: Lab) -> None:
    said = [lab.must("reload", STATE, name, "--audit").out for name in ("new.json", "port.json")]
    plan = lab.plan(STATE, "old.json")
    shown = (("show", plan), ("show", STATE), ("diff", STATE, "old.json"), ("history", STATE))
    for words in (*shown, ("status", STATE), ("diff", f"{STATE}@2", "port.json")):
        said += [
            lab.must(*words, "--format", form).out
            for form in ("text", "json")[words[0] == "diff" :]
        ]
    said += [lab.must("audit", "export", STATE).out, (lab.folder / plan).read_text()]
    assert CANARY not in "".join(said)
    documents = (f'{{"password":"{CANARY}"}}', f'{{"password":"{CANARY}","port":2}}', CANARY)
    for text in documents:
        assert hashlib.sha256(text.encode()).hexdigest() not in "".join(said)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("warned.json", '{"password": "SECRET"}'),
        ("beside.json", '{"port": "x", "password": "SECRET"}'),
        ("before.json", '{"password": "SECRET", "port": "x"}'),
        ("misspelt.json", '{"pasword": "SECRET"}'),
        ("twice.json", '{"password": "SECRET", "password": "SECRET"}'),
        ("wide.json", '{"port": "é", "password": "é SECRET é", "extra": 1}'),
        ("lines.yaml", "password: |\n  SECRET\n  SECRET\nport: x\n"),
        ("flow.yaml", "{password: SECRET, port: x}\n"),
        ("map.yaml", "{password: {SECRET: SECRET}, port: x}\n"),
        ("one.toml", 'password = "SECRET"\nport = "x"\n'),
        ("inline.ks", 'use store.Store\nconfig c: Store = { password: "SECRET" }\n'),
    ],
)
@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
def test_lint_shows_no_literal(lab: Lab, name: str, text: str, form: str) -> None:
    data = lab.write(name, text.replace("SECRET", CANARY))
    schema = () if name.endswith(".ks") else ("--schema", "store.ks")
    ran = lab.run("lint", data, *schema, "--format", form)
    assert "KS0" in ran.out + ran.err
    assert CANARY not in ran.out + ran.err


def test_columns_stay_where_something_is_hidden(lab: Lab) -> None:
    lab.write("wide.json", '{"password": "é-hunter2", "port": "x"}')
    ran = lab.run("lint", "wide.json", "--schema", "store.ks")
    shown = (ran.out + ran.err).splitlines()
    line = next(each for each in shown if "port" in each)
    assert '{"password": ***********, "port": "x"}' in line
    assert shown[shown.index(line) + 1].index("^") == line.index('"x"')
