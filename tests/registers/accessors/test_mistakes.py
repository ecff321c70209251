"""What a program cannot mean does not compile, and the compiler says why in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.registers.accessors.operations import C_HEAD, CPP_HEAD
from tests.registers.accessors.toolchains import TARGETS, Toolchain, generate

MAP = Path(__file__).parent / "port.kreg"
TOO_LARGE = "this value does not fit into the field"
NOT_WRITTEN = "this register cannot be written"
NOT_READ = "this register cannot be read"
READ_EFFECT = "would read fields that change when they are read"
GIVEN = "has to be given every field"

CPP = {
    "another register's field": ("port0.cr().write(is<h_r::e, 1>);", "field of another register"),
    "a constant out of range": ("port0.cr().write(is<cr_r::baud, 16>);", TOO_LARGE),
    "a number out of range": ("port0.cr().write(cr_r::mode(4));", "this_value_does_not_fit"),
    "a negative number": ("port0.cr().write(cr_r::mode(-1));", "this_value_does_not_fit"),
    "a run-time value as it is": ("port0.cr().write(cr_r::limit(a));", "not a constant expression"),
    "set on w1c": ("port0.sr().set<sr_r::ovr>();", "set() is for fields that are set by a write"),
    "set on rw": ("port0.cr().set<cr_r::en>();", "a stored field is given to modify()"),
    "clear on rw": ("port0.cr().clear<cr_r::en>();", "clear() is for fields that are cleared"),
    "read of write-only": ("(void)port0.cmd().read();", NOT_READ),
    "write of read-only": ("port0.st().write();", NOT_WRITTEN),
    "a read-only field written": ("port0.sr().modify(is<sr_r::busy, 1>);", "cannot be written"),
    "a field twice": ("port0.cr().write(is<cr_r::en, 1>, is<cr_r::en, 0>);", "given twice"),
    "nothing modified": ("port0.cr().modify();", "has to be given what it changes"),
    "modify with a read effect": ("port0.dr().modify(is<dr_r::par, 1>);", READ_EFFECT),
    "a write-only field left out": ("port0.cmd().write(is<cmd_r::code, 1>);", GIVEN),
    "a write-once field left out": ("port0.one().modify(is<one_r::en, 1>);", GIVEN),
    "an index out of range": ("(void)port0.ch<4>();", "this array has fewer items"),
    "a field's index out of range": (
        "port0.ch<0>().write(is<ch_r::on<4>, 1>);",
        "this array has fewer items",
    ),
    "a write-only field read": ("(void)port0.kr().read().key();", "key"),
}
C = {
    "another register's field": ("port_cr_write(port0, port_h_e(1));", "no member named|designat"),
    "a constant out of range": ("port_cr_write(port0, port_cr_baud(16));", TOO_LARGE),
    "a negative number": ("port_cr_write(port0, port_cr_mode(-1));", TOO_LARGE),
    "one bit out of range": ("port_cr_write(port0, port_cr_en(2));", TOO_LARGE),
    "a run-time value as it is": (
        "port_cr_write(port0, port_cr_limit(a));",
        "known at run time only: use _masked, or _checked",
    ),
    "set on w1c": ("port_sr_ovr_set(port0);", "port_sr_ovr_set"),
    "read of write-only": ("(void)port_cmd_read(port0);", NOT_READ),
    "write of read-only": ("port_st_write(port0, 0);", NOT_WRITTEN),
    "modify with a read effect": ("port_dr_modify(port0, port_dr_par(1));", READ_EFFECT),
    "a field twice": ("port_cr_write(port0, port_cr_en(1), port_cr_en(0));", "initializ"),
    "a write-only field left out": ("port_cmd_write(port0, port_cmd_code(1));", GIVEN),
    "a write-once field left out": ("port_one_modify(port0, port_one_en(1));", GIVEN),
    "an index out of range": ("port_ch_write(port0, 4, port_ch_level(1));", "fewer items"),
    "another map's place": ("port_cr_write(port_dma(port0, 0), port_cr_en(1));", "port_dma_t"),
}
CASES = [
    pytest.param(language, code, said, id=f"{language}-{name}")
    for language, cases in (("cpp", CPP), ("c", C))
    for name, (code, said) in cases.items()
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made: Path = tmp_path_factory.mktemp("mistakes")
    for language in ("c", "cpp"):
        generate(MAP, language, made)
    return made


@pytest.mark.parametrize("toolchain", TARGETS)
@pytest.mark.parametrize(("language", "code", "said"), CASES)
def test_it_does_not_compile(
    language: str, code: str, said: str, toolchain: Toolchain, folder: Path, tmp_path: Path
) -> None:
    source = tmp_path / f"mistake.{language}"
    head = f"{CPP_HEAD if language == 'cpp' else C_HEAD}\n"
    source.write_text(
        f"{head}void mistake(unsigned a);\nvoid mistake(unsigned a) {{ (void)a; {code} }}\n"
    )
    more = ("-Wall", "-Wextra", "-Werror", "-Os", "-c", "-o", str(tmp_path / "made.o"))
    ran = toolchain.run(language, source, *more, include=folder)
    assert ran.returncode != 0
    assert any(each in ran.stderr for each in said.split("|")), ran.stderr
