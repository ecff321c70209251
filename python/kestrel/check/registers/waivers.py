"""`@allow(KR0107, "reason")`: what is wrong on purpose, or cannot be mended."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from kestrel.check.registers.view import Found
from kestrel.syntax import regmap
from kestrel.syntax.ast import Attr, Attrs, Name, Text
from kestrel.text.codes import CODES
from kestrel.text.diagnostic import Diagnostic
from kestrel.text.source import Span

ATTRIBUTE = "allow"
ARGUMENTS = re.compile(r"\([^)]*\)")


class Waiver(NamedTuple):
    """Of `code` at `path` and all that is in it; of a patch the path is empty: all of the device.
    `wrong` is what is wrong with the waiver itself."""

    code: str
    path: str
    span: Span
    wrong: str = ""


def waivers_of(tree: regmap.MapFile) -> list[Waiver]:
    return [each for decl in tree.decls for each in _of(decl, "", tree)]


def _of(node: Any, path: str, tree: regmap.MapFile) -> Iterator[Waiver]:
    """Of a declaration and of what stands in it."""
    name = getattr(node, "name", None)
    inside = isinstance(node, regmap.Patch | regmap.Device)
    here = path
    if isinstance(name, Name) and not inside:
        here = f"{path}.{name.text}" if path else name.text
    attrs = getattr(node, "attrs", None)
    if isinstance(attrs, Attrs):
        for attr in attrs.items:
            if attr.name.text == ATTRIBUTE:
                yield _waiver(attr, here, tree)
    for key in ("items", "members", "contents", "instances"):
        children = getattr(node, key, None)
        if isinstance(children, tuple):
            for child in children:
                yield from _of(child, here, tree)


def _waiver(attr: Attr, path: str, tree: regmap.MapFile) -> Waiver:
    span = Span(tree.source, attr.start, attr.end)
    first, second, *_ = (*attr.args, None, None)
    code = first.text if isinstance(first, Name) else ""
    reason = second.value if isinstance(second, Text) else ""
    if code not in CODES:
        return Waiver(code, path, span, "KR0413")
    return Waiver(code, path, span, "" if reason.strip() else "KR0411")


def waived(
    found: Sequence[Found], waivers: Sequence[Waiver]
) -> tuple[list[Found], list[Diagnostic]]:
    """What no waiver is for; and waivers that are for nothing, or say no reason."""
    used: set[Waiver] = set()
    kept = []
    for each in found:
        hits = [w for w in waivers if not w.wrong and w.code == each.code and _covers(w, each)]
        used.update(hits)
        if not hits:
            kept.append(each)
    wrong = [
        Diagnostic.make(w.wrong or "KR0412", w.span, waived=w.code)
        for w in waivers
        if w.wrong or w not in used
    ]
    return kept, wrong


def _covers(waiver: Waiver, found: Found) -> bool:
    """A map with parameters is called with its arguments, too: `Map(4, 1).CR`."""
    if not waiver.path:
        return True
    path = ARGUMENTS.sub("", found.path)
    return path == waiver.path or path.startswith(f"{waiver.path}.")
