"""A second reading of CMSIS-SVD, as short as it can be, for the first to be held against."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree as Xml

SW = {"read-only": "r", "write-only": "w", "read-write": "rw", "writeOnce": "w1"}
SW |= {"read-writeOnce": "rw1"}
READ = {"clear": "rclr", "set": "rset", "modify": "ruser", "modifyExternal": "ruser"}
WRITE = {"oneToClear": "woclr", "oneToSet": "woset", "oneToToggle": "wot", "clear": "wclr"}
WRITE |= {"zeroToClear": "wzc", "zeroToSet": "wzs", "zeroToToggle": "wzt", "set": "wset"}
Props = dict[str, str]
TAGS = ("size", "access", "resetValue", "readAction", "modifiedWriteValues")


def integer(text: str) -> int:
    text = text.strip().lower()
    return (
        int(text, 16)
        if text.startswith("0x")
        else int(text[1:], 2)
        if text[0] == "#"
        else int(text)
    )


def derive(scope: list[Any], root: Any) -> None:
    """Puts what elements are derived from into them."""
    for each in scope:
        path = each.get("derivedFrom")
        base = next((b for b in scope if b.findtext("name") == path), None) if path else None
        if path and base is None:
            at: Any = root.find("peripherals")
            for part in path.split("."):
                kids = [k for k in at.iter() if k.findtext("name") == part]
                at = kids[0]
            base = at
        if base is not None:
            derive([base] if base.get("derivedFrom") else [], root)
            for child in base:
                if each.find(child.tag) is None:
                    each.append(copy.deepcopy(child))


def unrolled(each: Any) -> Iterator[tuple[str, int]]:
    name, count = each.findtext("name").strip(), int(integer(each.findtext("dim") or "0"))
    if not each.findtext("dim"):
        yield name, 0
        return
    given = each.findtext("dimIndex")
    first = given.partition("-")[0] if given else "0"
    labels = (
        given.split(",") if given and "," in given else [str(int(first) + i) for i in range(count)]
    )
    for i, label in enumerate(labels):
        yield name.replace("%s", label), i * integer(each.findtext("dimIncrement"))


def props(each: Any, above: Props) -> Props:
    return above | {t: each.findtext(t).strip() for t in TAGS if each.findtext(t) is not None}


def registers(root: Any, at: Any, path: str, base: int, above: Props) -> Iterator[dict[str, Any]]:
    inside = [e for e in at if e.tag in ("register", "cluster")]
    derive(inside, root)
    for each in inside:
        for name, offset in unrolled(each):
            where = base + integer(each.findtext("addressOffset")) + offset
            own = props(each, above)
            if each.tag == "cluster":
                yield from registers(root, each, f"{path}.{name}", where, own)
                continue
            yield {
                "path": f"{path}.{name}",
                "address": where,
                "width": integer(own.get("size", "32")),
                "reset": integer(own.get("resetValue", "0")),
                "fields": sorted(fields(root, each, own), key=lambda f: f["lsb"]),
            }


def fields(root: Any, register: Any, own: Props) -> Iterator[dict[str, Any]]:
    found = list(register.find("fields") if register.find("fields") is not None else [])
    derive(found, root)
    for each in found:
        if each.findtext("bitRange"):
            msb, lsb = map(int, each.findtext("bitRange").strip("[] \n").split(":"))
        elif each.findtext("lsb"):
            msb, lsb = integer(each.findtext("msb")), integer(each.findtext("lsb"))
        else:
            lsb = integer(each.findtext("bitOffset"))
            msb = lsb + integer(each.findtext("bitWidth") or "1") - 1
        said, width = props(each, own), msb - lsb + 1
        for name, offset in unrolled(each):
            reset = integer(own.get("resetValue", "0")) >> lsb + offset & (1 << width) - 1
            yield {
                "name": name,
                "lsb": lsb + offset,
                "width": width,
                "sw": SW[said.get("access", "read-write")],
                "onread": READ.get(said.get("readAction", "")),
                "onwrite": WRITE.get(said.get("modifiedWriteValues", "")),
                "reset": reset,
            }


def read(path: str) -> list[dict[str, Any]]:
    root = Xml.parse(path).getroot()
    peripherals = list(root.find("peripherals") or [])
    derive(peripherals, root)
    made = []
    for each in peripherals:
        own = props(each, props(root, {}))
        for name, offset in unrolled(each):
            at = integer(each.findtext("baseAddress") or "0") + offset
            if each.find("registers") is not None:
                made += registers(root, each.find("registers"), name, at, own)
    return made
