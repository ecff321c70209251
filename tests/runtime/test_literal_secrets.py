"""A literal secret that a reload brings in: the state must give back the very document."""

from __future__ import annotations

from pathlib import Path

import kestrel
from kestrel.runtime.runtime import Runtime

TEXT = """
schema Account { token: Secret<String> }
schema Accounts { all: Map<String, Account>, rest: [String] }
"""


def test_a_secret_inside_an_added_record_is_kept(path: Path, folder: Path) -> None:
    (folder / "accounts.ks").write_text(TEXT)
    schema = kestrel.load(folder / "accounts.ks").schema("Accounts")
    rest = [str(n) for n in range(3000)]
    first = schema.decode({"all": {}, "rest": rest})
    second = schema.decode({"all": {"ada": {"token": "canary"}}, "rest": rest})
    with Runtime.open(path, schema=schema, initial=first) as rt:
        rt.reload(kestrel.plan(first, second))
    with Runtime.open(path, schema=schema) as again, again.read() as config:
        assert config.to_json() == second.to_json()
