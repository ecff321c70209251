"""Floor 5: the phases of the compiler, in order.

read    text/read.py     file → Source, within bounds
parse   syntax/parse.py  Source → syntax tree
check   check/           syntax trees of a file and all that it uses → Module (IR)
close   ir/canon.py      Module, root type → Bundle: what one schema needs, and its digest
compile kestrel._core    Bundle → layouts, programs, patterns
decode  data/            config or file → Document → Snapshot
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from kestrel.data.examples import check_examples
from kestrel.data.files import is_ks, split_name
from kestrel.data.module import Module
from kestrel.data.schema import Schema
from kestrel.importers.formats import FORMATS, format_of, is_format
from kestrel.ir.registers import Device
from kestrel.text.diagnostic import Diagnostic, InvalidSource, KestrelError
from kestrel.text.read import read_source
from kestrel.text.source import Source

if TYPE_CHECKING:  # imported where they are used: few files are maps
    from kestrel.check.registers.lint import Level
    from kestrel.check.registers.waivers import Waiver

NO_LEVELS: Mapping[str, Level] = {}


def load(path: str | Path) -> Module:
    """Read, parse and check a `.ks` file; its schemas are compiled when they are asked for.

    Raises:
        kestrel.InvalidSource: it does not compile; `.diagnostics` has all that was found.
        kestrel.UnreadableFile: it cannot be read.
    """
    return Module.load(path)


def lint(
    paths: Iterable[str], schema: str | None = None, levels: Mapping[str, Level] = NO_LEVELS
) -> list[Diagnostic]:
    """All that can be found in files without running anything, each finding once.

    A `.ks` file is checked with its schemas, configs and examples, a register map with all of its
    registers; any other is data of `schema`
    (`FILE#NAME`, the name left out where the file has one schema). `levels`: how grave codes of
    register maps are.

    Raises:
        kestrel.KestrelError: `schema` itself cannot be had.
    """
    parsed = None if schema is None else find_schema(schema)
    found: dict[object, Diagnostic] = {}
    for path in paths:
        for diagnostic in _lint(path, parsed, levels):
            found.setdefault(_identity(diagnostic), diagnostic)
    return list(found.values())


def load_registers(
    path: str | Path,
    patches: Iterable[str | Path] = (),
    levels: Mapping[str, Level] = NO_LEVELS,
) -> tuple[Device, list[Diagnostic]]:
    """The registers that a file (`.kreg`, CMSIS-SVD, SystemRDL, OpenTitan's Hjson) describes, with
    what files of patches say of them, and what is wrong with the description.

    Raises:
        kestrel.InvalidSource: it is none, or something in it cannot be read.
        kestrel.UnreadableFile: it cannot be read.
    """
    from kestrel.check.registers import check_registers, check_size
    from kestrel.importers.svd.encoding import read_vendor

    source, unread = read_vendor(path)
    device, found, waivers = _read_map(source)
    found = unread + found
    for each in patches if not has_errors(found) else ():
        device, more = _patch(device, read_source(each), found)
        waivers += more
    if not has_errors(found):
        found += check_size(device, str(path))
    if has_errors(found):
        raise InvalidSource(found)
    imported = format_of(source) != "kreg"
    found += check_registers(
        device, _sources(source, device), imported=imported, waivers=waivers, levels=levels
    )
    if has_errors(found):
        raise InvalidSource(found)
    return device, found


def _patch(device: Device, source: Source, found: list[Diagnostic]) -> tuple[Device, list[Waiver]]:
    if source.name.lower().endswith((".yaml", ".yml")):
        from kestrel.importers.svdtools import apply_yaml

        device, wrong = apply_yaml(source, device)
        found += wrong
        return device, []
    from kestrel.check.registers import waivers_of
    from kestrel.check.regmaps import apply_patches
    from kestrel.check.sink import Sink
    from kestrel.syntax.parse import parse_map

    tree, wrong = parse_map(source)
    sink = Sink()
    made = apply_patches(tree, device, sink) if not wrong else device
    found += wrong + sink.found
    return made, waivers_of(tree) if not wrong else []


def _read_map(source: Source) -> tuple[Device, list[Diagnostic], list[Waiver]]:
    form = format_of(source)
    if form == "kreg":
        return _read_kreg(source)
    if form == "svd":
        from kestrel.importers.svd import read_svd as read
    elif form == "rdl":
        from kestrel.importers.rdl import read_rdl as read
    else:
        from kestrel.importers.opentitan import read_hjson as read
    return *read(source), []


def _read_kreg(source: Source) -> tuple[Device, list[Diagnostic], list[Waiver]]:
    from kestrel.check.registers import waivers_of
    from kestrel.check.regmaps import check_maps
    from kestrel.syntax.parse import parse_map

    tree, found = parse_map(source)
    if found:
        return Device(name="", maps=()), found, []
    return *check_maps(tree), waivers_of(tree)


def _sources(source: Source, device: Device) -> list[Source]:
    """The files that the places of a device count into."""
    return [source, *(read_source(name) for name in device.sources[1:])]


BEGIN = 64 * 1024
"""Bytes within which a file shows what it is."""
MAP_SUFFIXES = tuple(f".{each}" for each in FORMATS)


def has_errors(found: Iterable[Diagnostic]) -> bool:
    return any(each.severity == "error" for each in found)


OTHERS = (".ks", ".json", ".yaml", ".yml", ".toml")
"""What no register map is called."""


def is_map(path: str) -> bool:
    """Does a file describe registers? By its name, or by how it begins."""
    if path.lower().endswith(MAP_SUFFIXES):
        return True
    if path.lower().endswith(OTHERS) or not Path(path).is_file():
        return False
    with open(path, "rb") as file:
        return is_format(file.read(BEGIN))


def find_schema(argument: str) -> Schema:
    """The schema that `FILE#NAME` means."""
    file, name = split_name(argument)
    return load(file).schema(name)


def _lint(path: str, schema: Schema | None, levels: Mapping[str, Level]) -> Iterator[Diagnostic]:
    if is_ks(split_name(path)[0]):
        return _lint_ks(path)
    return _lint_registers(path, levels) if is_map(path) else _lint_data(path, schema)


def _lint_registers(path: str, levels: Mapping[str, Level]) -> Iterator[Diagnostic]:
    try:
        yield from load_registers(path, levels=levels)[1]
    except KestrelError as error:
        yield from error.diagnostics


def _lint_ks(argument: str) -> Iterator[Diagnostic]:
    """`FILE#NAME` looks at one config or schema of a file that compiles."""
    path, only = split_name(argument)
    try:
        module = load(path)
    except KestrelError as error:
        yield from error.diagnostics
        return
    yield from module.warnings
    if only is not None:
        yield from _diagnostics_of(module.lint if only in module.configs else module.schema, only)
        return
    for kind, names in ((module.schema, module.schemas), (module.lint, module.configs)):
        for name in names:
            yield from _diagnostics_of(kind, name)
    yield from check_examples(module)


def _lint_data(path: str, schema: Schema | None) -> Iterator[Diagnostic]:
    if schema is None:
        yield Diagnostic.make("KS0906", file=path)
        return
    try:
        yield from schema.lint(path)
    except KestrelError as error:
        yield from error.diagnostics


def _diagnostics_of(action: Callable[[str], object], argument: str) -> Iterable[Diagnostic]:
    """What is said when something is asked for: warnings, where it has any, or errors."""
    try:
        found = action(argument)
    except KestrelError as error:
        return error.diagnostics
    return found if isinstance(found, list) else ()


def _identity(diagnostic: Diagnostic) -> object:
    """Two findings are one if they say the same of the same place."""
    span = diagnostic.span
    place = (diagnostic.file,) if span is None else (span.source.name, span.start, span.end)
    return diagnostic.code, diagnostic.message, place
