"""Files that are made of others: written where they changed, compared, listed for build tools."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

import kestrel
from kestrel.cli.generate import make_folder
from kestrel.cli.writing import write_changed, write_whole


class Job(msgspec.Struct, frozen=True):
    """`options` are all that decides what is made, besides the inputs."""

    folder: Path
    inputs: tuple[str, ...]
    options: tuple[str, ...]
    name: str

    @property
    def record(self) -> Path:
        """What was made of what, so that a second run can see that there is nothing to do."""
        return self.folder / f".kestrel-{self.name}.json"


def is_current(job: Job) -> list[str] | None:
    """The files of a run before, if nothing has changed since: inputs, options, files, Kestrel."""
    try:
        record = json.loads(job.record.read_text("utf-8"))
        inputs, outputs = record["inputs"], record["outputs"]
        same = record["kestrel"] == kestrel.__version__ and record["options"] == list(job.options)
        if not same or not set(job.inputs) <= set(inputs):
            return None
        paths = {str(job.folder / name): digest for name, digest in outputs.items()}
        if all(_digest(p) == digest for p, digest in {**inputs, **paths}.items()):
            return list(paths)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        pass  # there was no such run, or its record is none: this run makes one
    return None


def write_all(job: Job, files: Mapping[str, str], inputs: Iterable[str], quiet: bool) -> list[str]:
    """Only what changed. `quiet`: nothing has to be said again by a run that has nothing to do."""
    for path, text in files.items():
        make_folder((job.folder / path).parent)
        write_changed(str(job.folder / path), text.encode())
    if quiet:
        read = dict.fromkeys([*job.inputs, *inputs])
        record = {
            "kestrel": kestrel.__version__,
            "options": list(job.options),
            "inputs": {name: _digest(name) for name in read},
            "outputs": {path: _of(text.encode()) for path, text in files.items()},
        }
        write_changed(str(job.record), (json.dumps(record, indent=1) + "\n").encode())
    else:
        job.record.unlink(missing_ok=True)
    return [str(job.folder / path) for path in files]


def outdated(folder: Path, files: Mapping[str, str]) -> list[str]:
    """Files that are not there, or are not what would be written."""
    return [
        str(folder / path)
        for path, text in files.items()
        if not (folder / path).is_file() or (folder / path).read_bytes() != text.encode()
    ]


def write_depfile(
    path: str | None, stamp: str | None, outputs: Iterable[str], inputs: Iterable[str]
) -> None:
    """What depends on what, as Make and Ninja read it: the outputs, or a stamp that stands for them
    and is touched."""
    if stamp is not None:
        write_whole(stamp, b"")
        outputs = [stamp]
    if path is None:
        return
    made, read = (" ".join(map(_escaped, each)) for each in (outputs, inputs))
    write_whole(path, f"{made}: {read}\n".encode())


def _escaped(path: str) -> str:
    return path.replace("$", "$$").replace("#", "\\#").replace(" ", "\\ ")


def _digest(path: str) -> str:
    return _of(Path(path).read_bytes())


def _of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
