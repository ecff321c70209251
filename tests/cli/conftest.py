"""A folder with a schema, configs and data, in which commands are run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.commands import Ran, kestrel_run

GATEWAY = """\
/// What is served, and where.
schema Gateway {
  port: u16 where it >= 1024
  text: String = "hello"
  workers: u16 = 4
  @danger("drops sessions") store: String = "memory"
  @reload(restart) folder: String = "/var"
  @reload(never) id: String = "a"
  compute most: u32 = workers * 256
}
config one: Gateway = { port: 8080 }
config two = one with { port: 9090, workers: 8 }
config three = two with { text: "bye" }
config risky = one with { store: "redis" }
config moved = one with { folder: "/srv" }
config never = one with { id: "b" }
"""


class Shop:
    """`state` and `change.json` are the usual names; every command runs in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.chmod(0o700)
        self.write("gateway.ks", GATEWAY)

    def write(self, name: str, text: str) -> str:
        (self.folder / name).write_text(text, "utf-8")
        return name

    def run(self, *words: object, **environment: str) -> Ran:
        return kestrel_run(*words, cwd=self.folder, **environment)

    def must(self, *words: object) -> Ran:
        ran = self.run(*words)
        assert ran.code == 0, ran.err + ran.out
        return ran

    def init(self, config: str = "one") -> str:
        self.must("init", "runtime.state", "--config", f"gateway.ks#{config}")
        return "runtime.state"

    def plan(self, old: str = "one", new: str = "two", name: str = "change.json") -> str:
        self.must("diff", f"gateway.ks#{old}", f"gateway.ks#{new}", "-o", name, "-q")
        return name


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)
