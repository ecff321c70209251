"""A vendor's CMSIS header beside the map: it compiles where both say the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.errors.lab import kestrel_gen
from tests.registers.accessors.toolchains import HOST, STRICT

MAP = """regmap USART {
  register SR @ 0x00 { OVR [3] r }
  register DR @ 0x04 { DATA [8:0] rw = 0 }
  register CR1 @ 0x0C { UE [13] rw = 0; M [12] rw = 0 }
}
device Board { USART1: USART @ 0x4001_1000 }
"""
HEADER = """#include <stdint.h>
typedef struct { volatile uint32_t SR, DR, BRR, CR1; } USART_TypeDef;
#define USART1_BASE 0x40011000UL
#define USART_SR_OVR_Msk (0x1UL << 3U)
#define USART_DR_DATA_Msk (0x1FFUL << 0U)
#define USART_CR1_UE_Msk (0x1UL << 13U)
"""
pytestmark = pytest.mark.skipif(HOST.missing(), reason="a C compiler is not installed")


def compiled(folder: Path, map_: str, header: str, *types: str) -> str:
    (folder / "board.kreg").write_text(map_)
    (folder / "vendor.h").write_text(header)
    more = [word for each in types for word in ("--cmsis-type", each)]
    words = ("regs", "board.kreg", "--lang", "c", "--out", ".", "--cmsis", "vendor.h", *more)
    ran = kestrel_gen(*words, cwd=folder)
    assert ran.code == 0, ran.err
    out = str(folder / "made.o")
    return HOST.run("c", folder / "cmsis_check.c", *STRICT, "-c", "-o", out, include=folder).stderr


def test_both_say_the_same(tmp_path: Path) -> None:
    assert compiled(tmp_path, MAP, HEADER, "USART=USART_TypeDef") == ""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("register CR1 @ 0x0C", "register CR1 @ 0x10", "CR1 is at another offset"),
        ("UE [13]", "UE [14]", "USART_CR1_UE_Msk: other bits"),
        ("0x4001_1000", "0x4001_2000", "USART1_BASE: other address"),
    ],
)
def test_they_differ(old: str, new: str, said: str, tmp_path: Path) -> None:
    assert said in compiled(tmp_path, MAP.replace(old, new), HEADER, "USART=USART_TypeDef")


def test_another_name_of_the_struct(tmp_path: Path) -> None:
    assert "is that its name?" in compiled(tmp_path, MAP, HEADER, "USART=UART_TypeDef")
    assert compiled(tmp_path, MAP, HEADER.replace("_TypeDef", "_Type")) == ""


@pytest.mark.parametrize(
    "words",
    [
        ("--cmsis", "x.h", "--lang", "cpp"),
        ("--cmsis", 'x"\n#error', "--lang", "c"),
        ("--cmsis", "x.h", "--lang", "c", "--cmsis-type", "USART=1 2"),
        ("--cmsis", "x.h", "--lang", "c", "--cmsis-type", "NONE=X_Type"),
    ],
)
def test_mistakes(words: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "board.kreg").write_text(MAP)
    ran = kestrel_gen("regs", "board.kreg", "--out", "out", *words, cwd=tmp_path)
    assert (ran.code, (tmp_path / "out").exists()) == (64, False)
