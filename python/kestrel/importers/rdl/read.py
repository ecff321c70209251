"""SystemRDL to register maps: each address map is one; the last of a file is around the others."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

import msgspec

from kestrel.importers.missing import needs
from kestrel.importers.rdl.docs import doc_of
from kestrel.importers.rdl.fields import Fields
from kestrel.importers.rdl.files import all_files
from kestrel.importers.rdl.messages import Messages, Places
from kestrel.importers.rdl.unsaid import Unsaid
from kestrel.ir.access import Access
from kestrel.ir.registers import (
    Block,
    Bus,
    Device,
    Dim,
    Item,
    Memory,
    Register,
    RegMap,
)
from kestrel.ir.resets import with_resets
from kestrel.text.diagnostic import Diagnostic, InvalidSource
from kestrel.text.source import Source


def read_rdl(source: Source) -> tuple[Device, list[Diagnostic]]:
    """The address map that a SystemRDL file elaborates to, and what of it was not kept.

    Raises:
        InvalidSource: KR0010, it does not compile; KR0011 to KR0013, it is not read here.
        UnreadableFile: a file that it includes cannot be read.
    """
    needs("systemrdl", "systemrdl", source)
    sources = all_files(source)
    places = Places(sources)
    root = _compiled(source, Messages(places))
    reader = _Reader(places)
    device = reader.device(root.top)
    return device, reader.unsaid.found()


def _compiled(source: Source, messages: Messages) -> Any:
    """The elaborated design. The compiler is not let to print."""
    from systemrdl.compiler import RDLCompiler
    from systemrdl.messages import MessagePrinter, RDLCompileError

    class Printer(MessagePrinter):
        def print_message(self, severity: Any, text: str, src_ref: Any) -> None:
            messages.add(severity.name, text, src_ref)

    compiler = RDLCompiler(message_printer=Printer())
    try:
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            compiler.compile_file(source.name)
            return compiler.elaborate()
    except (RDLCompileError, OSError, ValueError, RecursionError, OverflowError) as error:
        if not messages.found:
            messages.add("FATAL", str(error) or type(error).__name__, None)
        raise InvalidSource(messages.found) from None


class _Reader:
    def __init__(self, places: Places) -> None:
        self.places = places
        self.unsaid = Unsaid(places)
        self.fields = Fields(places, self.unsaid)
        self.maps: dict[str, RegMap] = {}
        self.width = 8

    def device(self, top: Any) -> Device:
        self.fields.look(top)
        self._map(top, top.inst_name)
        return Device(
            name="",
            maps=tuple(self.maps.values()),
            width=self.width,
            sources=tuple(each.name for each in self.places.sources),
        )

    def _map(self, node: Any, wanted: str) -> str:
        """The name of a map; one that has the same in it is the same."""
        endian = "big" if node.get_property("bigendian") else None
        made = RegMap(
            name=wanted,
            items=tuple(self._items(node)),
            bus=Bus(endian="big") if endian else Bus(),
            doc=doc_of(node),
            at=self.places.at(node.inst_src_ref),
        )
        name, count = wanted, 2
        while name in self.maps:
            if msgspec.structs.replace(self.maps[name], at=made.at, name=wanted) == made:
                return name
            name, count = f"{wanted}_{count}", count + 1
        self.maps[name] = msgspec.structs.replace(made, name=name)
        return name

    def _items(self, node: Any) -> Iterator[Item]:
        from systemrdl import node as kinds

        for each in node.children():
            if isinstance(each, kinds.RegNode):
                yield self._register(each)
            elif isinstance(each, kinds.MemNode):
                yield from self._memories(each)
            elif isinstance(each, kinds.RegfileNode):
                yield self._block(each, items=tuple(self._items(each)))
            elif isinstance(each, kinds.AddrmapNode):
                yield self._block(each, map=self._map(each, each.type_name or each.inst_name))

    def _block(self, node: Any, **what: Any) -> Block:
        return Block(
            name=node.inst_name,
            offset=node.raw_address_offset,
            dim=_dim(node),
            doc=doc_of(node),
            at=self.places.at(node.inst_src_ref),
            **what,
        )

    def _memories(self, node: Any) -> Iterator[Memory]:
        """An array of memories is one by one: they have names like those of an array's items."""
        dim = _dim(node)
        sw = node.get_property("sw").name
        for i in range(dim.count if dim else 1):
            yield Memory(
                name=node.inst_name if dim is None else dim.name(node.inst_name, i),
                offset=node.raw_address_offset + (dim.step * i if dim else 0),
                count=node.get_property("mementries"),
                width=node.get_property("memwidth"),
                access=Access(sw),
                doc=doc_of(node),
                at=self.places.at(node.inst_src_ref),
            )
        for each in node.children():
            self.unsaid.add("a register in a memory", each)

    def _register(self, node: Any) -> Register:
        width, access = node.get_property("regwidth"), node.get_property("accesswidth")
        self.width = max(self.width, access)
        bare = Register(
            name=node.inst_name,
            offset=node.raw_address_offset,
            width=width,
            accesses=(access,) if access != width else (),
            alternate=node.alias_primary.inst_name if node.is_alias else "",
            dim=_dim(node),
            doc=doc_of(node),
            at=self.places.at(node.inst_src_ref),
        )
        return with_resets(bare, [self.fields.field(each) for each in node.fields()])


def _dim(node: Any) -> Dim | None:
    """Of several dimensions the items are numbered as they are named: `[1][2]`."""
    if not node.is_array:
        return None
    count = 1
    for each in node.array_dimensions:
        count *= each
    labels = _labels(node.array_dimensions) if len(node.array_dimensions) > 1 else ()
    return Dim(count, node.array_stride, labels)


def _labels(sizes: list[int]) -> tuple[str, ...]:
    first, *rest = sizes
    inner = _labels(rest) if rest else ("",)
    return tuple(f"{i}][{each}" if each else str(i) for i in range(first) for each in inner)
