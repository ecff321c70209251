"""Headers of real vendors' maps compile without a warning, with every compiler, C and C++."""

from __future__ import annotations

from pathlib import Path

import pytest

from kestrel.ir.registers import (
    BitField,
    Block,
    Device,
    Enum,
    EnumValue,
    Instance,
    Register,
    RegMap,
)
from tests.registers.accessors.toolchains import STRICT, TOOLCHAINS, WRITERS, Toolchain, generate
from tests.syntax.reading import DATA

HERE = Path(__file__).parent
OWN = [HERE / "port.kreg", HERE.parent / "uart.kreg"]
FILES = sorted(DATA.glob("svd/*.svd"))


def compiled(map_: Path, language: str, toolchain: Toolchain, folder: Path) -> None:
    generate(map_, language, folder)
    checks = list(folder.glob(f"*_check.{language}"))
    assert checks
    for check in checks:
        more = (*STRICT, "-c", "-o", str(folder / "made.o"))
        ran = toolchain.run(language, check, *more, include=folder)
        assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.skipif(not FILES, reason="the folder of real inputs is not here")
@pytest.mark.parametrize("language", ["c", "cpp"])
@pytest.mark.parametrize("toolchain", TOOLCHAINS)
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_real_files(file: Path, toolchain: Toolchain, language: str, tmp_path: Path) -> None:
    compiled(file, language, toolchain, tmp_path)


MAPS = [
    *sorted(DATA.glob("hjson/*.hjson")),
    *sorted(DATA.glob("rdl/*.rdl")),
    *sorted(DATA.glob("rdl/i3c-core/src/rdl/registers.rdl")),
]


@pytest.mark.skipif(not MAPS, reason="the folder of real inputs is not here")
@pytest.mark.parametrize("language", ["c", "cpp"])
@pytest.mark.parametrize("toolchain", TOOLCHAINS)
@pytest.mark.parametrize("file", MAPS, ids=lambda file: file.name)
def test_maps_without_a_device(
    file: Path, toolchain: Toolchain, language: str, tmp_path: Path
) -> None:
    generate(file, language, tmp_path)
    headers = sorted(tmp_path.glob("*.h" if language == "c" else "*.hpp"))
    source = tmp_path / f"all.{language}"
    source.write_text("".join(f'#include "{each.name}"\n' for each in headers))
    more = (*STRICT, "-c", "-o", str(tmp_path / "made.o"))
    ran = toolchain.run(language, source, *more, include=tmp_path)
    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.parametrize("language", ["c", "cpp"])
@pytest.mark.parametrize("toolchain", TOOLCHAINS)
@pytest.mark.parametrize("file", OWN, ids=lambda file: file.name)
def test_own_files(file: Path, toolchain: Toolchain, language: str, tmp_path: Path) -> None:
    compiled(file, language, toolchain, tmp_path)


@pytest.mark.parametrize("language", ["c", "cpp"])
def test_the_same_map_gives_the_same_text(language: str, tmp_path: Path) -> None:
    one, two = (generate(OWN[1], language, tmp_path / name) for name in ("one", "two"))
    files = sorted(path.relative_to(one) for path in one.rglob("*") if path.is_file())
    assert files
    for each in files:
        text = (one / each).read_text("utf-8")
        assert text == (two / each).read_text("utf-8")
        assert str(tmp_path) not in text
        assert "1.0" in text.splitlines()[0]


HOSTILE = [
    "*/ int injected = 1; /*",
    "line\nint injected = 1;",
    "trailing \\",
    "trailing ??/",
    "\"quoted\" 'text'",
    "class",
    "template",
    "_Static_assert",
    "unix",
    "0digit",
    "größe",
    "\u202etrojan",
    "__reserved__",
    "_Upper",
    "",
    "%s%n",
    "{{ 7 * 7 }}",
    "{% raw %}",
    "x" * 10_000,
    "read",
    "write",
    "k_reset",
    "raw",
    "at",
    "block",
    "kestrel",
    "std",
    "uint32_t",
    "int",
]


@pytest.mark.parametrize("language", ["c", "cpp"])
@pytest.mark.parametrize("toolchain", TOOLCHAINS)
def test_hostile_names(toolchain: Toolchain, language: str, tmp_path: Path) -> None:
    """Names and texts of untrusted files become names and comments, and nothing else."""
    device = hostile(HOSTILE)
    files = WRITERS[language](device, "1.0")
    for path, text in files.items():
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
        assert target.resolve().is_relative_to(tmp_path.resolve())
        assert "injected = 1;" not in uncommented(text)
    assert any("{{ 7 * 7 }}" in text for text in files.values())
    (check,) = tmp_path.glob(f"*_check.{language}")
    more = (*STRICT, "-Wcomment", "-trigraphs", "-c", "-o", str(tmp_path / "made.o"))
    ran = toolchain.run(language, check, *more, include=tmp_path)
    assert (ran.returncode, ran.stderr) == (0, "")


def uncommented(text: str) -> str:
    return "\n".join(line.split("//")[0] for line in text.splitlines())


def hostile(names: list[str]) -> Device:
    """A device where each of the names is one of everything, and a text of everything."""
    values = tuple(EnumValue(name=n, value=i, doc=n) for i, n in enumerate(names[:16]))
    fields = tuple(
        BitField(name=n, lsb=i, width=1, doc=n, enums=(Enum(name=n, values=values[:2]),))
        for i, n in enumerate(names[:32])
    )
    wide = BitField(name=names[0], lsb=0, width=4, enums=(Enum(values=values),), doc=names[1])
    items = tuple(
        Register(name=n, offset=4 * i, width=32, fields=fields if i % 2 else (wide,), doc=n)
        for i, n in enumerate(names)
    )
    blocks = tuple(
        Block(name=n, offset=0x400 + 0x100 * i, items=items[:3], doc=n) for i, n in enumerate(names)
    )
    all_of_it = RegMap(name=names[0], items=(*items, *blocks), doc=names[0])
    maps = (all_of_it, *(RegMap(name=n, items=items[:2], doc=n) for n in names[1:]))
    instances = tuple(
        Instance(name=n, map=n, base=0x4000_0000 + 0x10000 * i, doc=n) for i, n in enumerate(names)
    )
    return Device(name=names[0], maps=maps, instances=instances, doc=names[1])
