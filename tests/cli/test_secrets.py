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
