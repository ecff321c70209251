"""Sources, and the IR that they become in its text form: `NAME.ks` beside `NAME.ir`."""

from __future__ import annotations

from pathlib import Path

import pytest

import kestrel
from kestrel import _core
from kestrel.check import check_source, load
from kestrel.ir import canon, text, verify
from kestrel.ir.decls import Bundle, Module, Record
from kestrel.ir.types import Named, Scalar
from kestrel.text.render import render_all
from kestrel.text.source import Source
from tests.conftest import Golden

FOLDER = Path(__file__).parent
CASES = sorted(path.stem for path in FOLDER.glob("*.ks"))


def checked(name: str) -> Module:
    module, diagnostics = load(FOLDER / f"{name}.ks")
    assert module is not None, render_all(diagnostics)
    return module


def everything(module: Module) -> Bundle:
    return canon.bundle(module, Scalar("Unit"), module.decls)


@pytest.mark.parametrize("name", CASES)
def test_text_of_ir(name: str, golden: Golden) -> None:
    golden(FOLDER / f"{name}.ir", text.write(everything(checked(name))))


@pytest.mark.parametrize("name", CASES)
def test_ir_is_sound(name: str) -> None:
    verify.verify(everything(checked(name)), verify.arities(_core.OPERATIONS))


@pytest.mark.parametrize("name", CASES)
def test_reading_the_canonical_form_gives_the_same_bundle(name: str) -> None:
    made = everything(checked(name))
    assert canon.decode(canon.encode(made)) == made


@pytest.mark.parametrize("name", CASES)
def test_places_and_comments_do_not_change_digests(name: str) -> None:
    path = FOLDER / f"{name}.ks"
    moved = Source(str(path), b"// moved\n\n" + path.read_bytes())
    module = check_source(moved, path).module
    assert module is not None
    assert digests(module) == digests(checked(name))


def digests(module: Module) -> dict[str, str]:
    return {
        name: canon.schema_digest(canon.bundle(module, Named(name)))
        for name, decl in module.decls.items()
        if isinstance(decl, Record)
    }


@pytest.mark.parametrize("name", ["configs", "edits"])
def test_what_configs_are(name: str, golden: Golden) -> None:
    """Each config of a case, as its document."""
    module = kestrel.load(FOLDER / f"{name}.ks")
    lines = [f"{config} {module.config(config).to_json().decode()}\n" for config in module.configs]
    golden(FOLDER / f"{name}.out", "".join(lines))
