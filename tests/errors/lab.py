"""A folder with files and states, in which a command goes wrong."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.cli.commands import Ran, kestrel_config, kestrel_gen, kestrel_run

GATEWAY = """\
schema Gateway {
  port: u16 where it >= 1024
  note: String = ""
  @danger("drops sessions") store: String = "memory"
  @reload(never) id: String = "a"
}
config one: Gateway = { port: 8080 }
config two = one with { port: 9090 }
config risky = one with { store: "redis" }
config never = one with { id: "b" }
"""
ONE, TWO = "gateway.ks#one", "gateway.ks#two"
STATE = "runtime.state"


class Lab:
    """Every command runs in `folder`, which nobody else may write to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.chmod(0o700)
        self.write("gateway.ks", GATEWAY)

    def write(self, name: str, text: str | bytes) -> str:
        data = text.encode() if isinstance(text, str) else text
        (self.folder / name).write_bytes(data)
        return name

    def run(self, *words: str, **environment: str) -> Ran:
        return kestrel_run(*words, cwd=self.folder, **environment)

    def config(self, *words: str, **environment: str) -> Ran:
        return kestrel_config(*words, cwd=self.folder, **environment)

    def gen(self, *words: str, **environment: str) -> Ran:
        return kestrel_gen(*words, cwd=self.folder, **environment)

    def must(self, *words: str) -> Ran:
        ran = self.run(*words)
        assert ran.code == 0, ran.err
        return ran

    def store(self) -> None:
        self.write("store.ks", "schema Store { password: Secret<String>; more: Json = {} }\n")
        self.write("store.json", '{"password": "env:DB_PASSWORD"}')

    def state(self) -> str:
        self.must("init", STATE, "--config", ONE)
        return STATE

    def key(self, path: str) -> str:
        """A private key; its public half."""
        return self.must("audit", "keygen", "example.com/log", "-o", path).out.strip()

    def checkpoint(self, path: str) -> None:
        """A state of one event, and its checkpoint, signed with `log.key`."""
        self.key("log.key")
        self.must("audit", "checkpoint", self.state(), "--key", "log.key", "-o", path)

    def plan(self, old: str = ONE, new: str = TWO, name: str = "change.json") -> str:
        self.must("diff", old, new, "-o", name, "-q")
        return name

    def repository(self) -> None:
        """The folder's files, committed once."""
        identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
        clean = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
        for words in (["init", "-q"], ["add", "."], [*identity, "commit", "-q", "-m", "first"]):
            subprocess.run(["git", *words], cwd=self.folder, env=clean, check=True)
