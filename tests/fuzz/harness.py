"""Runs a Python fuzz target under atheris: `python -m tests.fuzz.harness plan [libFuzzer options]`.

A target is `read(data)` of `NAME_fuzz.py`. It may end in a `KestrelError`, which is what users see;
anything else is a finding.
"""

from __future__ import annotations

import importlib
import sys


def run(name: str, options: list[str]) -> None:
    """Feed a target until libFuzzer's options say that it is enough."""
    import atheris

    with atheris.instrument_imports(include=["kestrel"]):
        import kestrel

        read = importlib.import_module(f"tests.fuzz.{name}_fuzz").read

    def one(data: bytes) -> None:
        try:
            read(data)
        except kestrel.KestrelError as error:
            if not error.diagnostics or not all(d.code and d.message for d in error.diagnostics):
                raise AssertionError("a refusal says why") from error

    atheris.Setup([name, *options], one)
    atheris.Fuzz()


if __name__ == "__main__":
    run(sys.argv[1], sys.argv[2:])
