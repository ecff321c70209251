"""The demo's world: a folder, the gateway's process, and the commands that are run on them."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import socket
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from kestrel.demo.stage import Stage

PORTS = ("18080", "18081", "18082")
"""As the shipped files have them; replaced by ports that are free on this machine."""


class Unexpected(Exception):
    """Something happened that the demo did not foresee."""


@dataclass(frozen=True)
class Ran:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def shown(self) -> str:
        return "\n".join(part.rstrip() for part in (self.out, self.err) if part.strip())


@dataclass(frozen=True)
class World:
    stage: Stage
    folder: Path

    def run(self, *words: str, exits: int = 0, show: bool = True) -> Ran:
        """Run a Kestrel command in the folder as a user would, and show it.

        Raises:
            Unexpected: it exits with another code than `exits`.
        """
        self.stage.command(shlex.join(words))
        ran = self.attempt(*words)
        if show or ran.code != exits:
            self.stage.output(ran.shown)
        if ran.code != exits:
            raise Unexpected(f"the command exits with {ran.code}; {exits} was expected")
        return ran

    def attempt(self, *words: str) -> Ran:
        """Run a command without showing it."""
        done = subprocess.run(
            [*_program(words[0]), *words[1:]],
            cwd=self.folder,
            env=_environment(),
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=30,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    @contextmanager
    def gateway(self) -> Iterator[subprocess.Popen[str]]:
        """The gateway's process, ready to answer; it ends with the block, in any case."""
        module = [sys.executable, "-m", "kestrel.demo.gateway_server"]
        process = subprocess.Popen(
            [*module, "runtime.state", "gateway.ks", "morning.ks"],
            cwd=self.folder,
            env=_environment() | {"KESTREL_DEMO_KEY": "resolved in the gateway alone"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            if process.stdout.readline() != "ready\n":
                raise Unexpected("the gateway did not start")
            yield process
        finally:
            process.stdin.close()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            process.stdout.close()


def lay_out_files(folder: Path, ports: list[int]) -> None:
    """Copy the shipped files, with free ports in them."""
    for entry in files("kestrel.demo").joinpath("files").iterdir():
        text = entry.read_text("utf-8")
        for shipped, free in zip(PORTS, ports, strict=True):
            text = text.replace(shipped, str(free))
        (folder / entry.name).write_text(text, "utf-8")


def free_ports(count: int) -> list[int]:
    """Ports of this machine that nobody listens on now."""
    with ExitStack() as held:
        sockets = [held.enter_context(closing(socket.socket())) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def _program(name: str) -> list[str]:
    """The installed script, or the module that it starts."""
    script = Path(sysconfig.get_path("scripts")) / name
    if script.exists() and shutil.which(str(script)):
        return [str(script)]
    return [sys.executable, "-m", f"kestrel.cli.{name.removeprefix('kestrel-')}"]


def _environment() -> dict[str, str]:
    """This process's, without settings that would change what commands print."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("KESTREL_")}
    if "PYTHONPATH" in clean:  # its folders may count from here, and the commands run elsewhere
        folders = clean["PYTHONPATH"].split(os.pathsep)
        clean["PYTHONPATH"] = os.pathsep.join(map(os.path.abspath, folders))
    return clean | {"PYTHONUTF8": "1", "NO_COLOR": "1"}
