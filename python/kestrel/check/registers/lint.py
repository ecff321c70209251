"""All rules, with what is waived, and as grave as the user says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal

import msgspec

from kestrel.check.registers.access import access
from kestrel.check.registers.device import peripherals
from kestrel.check.registers.enums import enums
from kestrel.check.registers.interrupts import interrupts
from kestrel.check.registers.layout import layout
from kestrel.check.registers.names import names
from kestrel.check.registers.places import places
from kestrel.check.registers.resets import resets
from kestrel.check.registers.view import Found, MapView
from kestrel.check.registers.waivers import Waiver, waived
from kestrel.ir.registers import Device
from kestrel.text.codes import Severity
from kestrel.text.diagnostic import Diagnostic
from kestrel.text.source import Source, Span

RULES: tuple[Callable[[MapView], Iterator[Found]], ...] = (
    layout,
    names,
    resets,
    enums,
    access,
    interrupts,
    places,
)
Level = Severity | Literal["off"]
QUIET = frozenset(
    {"KR0106", "KR0107", "KR0112", "KR0301", "KR0302", "KR0323", "KR0324", "KR0325", "KR0344"}
)
QUIETER = frozenset({"KR0371", "KR0372", "KR0373"})
"""What is said of a file of somebody else's as a note: there is much of it, and whoever reads the
file cannot mend it. Of accessors that Kestrel makes the second kind is no danger."""
MAX_NOTES = 20
"""Notes of one code, one by one; the rest is counted."""


def check_registers(
    device: Device,
    sources: Sequence[Source],
    *,
    imported: bool,
    waivers: Sequence[Waiver] = (),
    levels: Mapping[str, Level] = {},
) -> list[Diagnostic]:
    """What is declared once is looked at once, however many there are of it."""
    found = [each for regmap in device.maps for each in _of_map(MapView(device, regmap))]
    found += peripherals(device)
    once = {(each.code, each.path, each.at): each for each in reversed(found)}  # of an array once
    kept, wrong = waived(list(reversed(once.values())), waivers)
    made = [*wrong, *(_diagnostic(each, sources, imported) for each in kept)]
    return list(_shortened(_levelled(made, levels)))


def _of_map(view: MapView) -> Iterator[Found]:
    for rule in RULES:
        yield from rule(view)


def _diagnostic(found: Found, sources: Sequence[Source], imported: bool) -> Diagnostic:
    at = found.at
    span = None if at is None else Span(sources[at[0]], at[1], at[2])
    file = sources[0].name if span is None else None
    made = Diagnostic.make(found.code, span, file=file, **found.values)
    quiet = imported and found.code in QUIET | QUIETER
    return msgspec.structs.replace(made, level="note") if quiet else made


def _levelled(found: list[Diagnostic], levels: Mapping[str, Level]) -> Iterator[Diagnostic]:
    for each in found:
        level = levels.get(each.code)
        if level is None:
            yield each
        elif level != "off":
            yield msgspec.structs.replace(each, level=level)


def _shortened(found: Iterator[Diagnostic]) -> Iterator[Diagnostic]:
    """The first notes of each code, and how many more there are."""
    seen: Counter[str] = Counter()
    last: dict[str, Diagnostic] = {}
    for each in found:
        if each.severity == "note":
            seen[each.code] += 1
            if seen[each.code] > MAX_NOTES:
                continue
            if seen[each.code] == MAX_NOTES:
                last[each.code] = each
                continue
        yield each
    for code, each in last.items():
        more = seen[code] - MAX_NOTES
        notes = (f"and {more} more of {code}",) if more else ()
        yield msgspec.structs.replace(each, notes=(*each.notes, *notes))
