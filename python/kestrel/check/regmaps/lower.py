"""A file of register maps as one device: its maps, made as often as with different arguments, and
where there is one of which."""

from __future__ import annotations

from collections.abc import Iterator

from kestrel.check.regmaps.arrays import dimension
from kestrel.check.regmaps.items import bus, items, sequence, unlock
from kestrel.check.regmaps.patches import patched
from kestrel.check.regmaps.scope import Scope, doc
from kestrel.check.sink import Sink, TooMany
from kestrel.ir.registers import AddressSpan, Device, Instance, Interrupt, RegMap
from kestrel.syntax import regmap
from kestrel.syntax.ast import Int, Name
from kestrel.text.diagnostic import Diagnostic
from kestrel.text.source import Source

MAX_NESTING = 50
"""Maps within maps."""


def check_maps(tree: regmap.MapFile) -> tuple[Device, list[Diagnostic]]:
    """The maps and the device of a file that could be parsed, and what is wrong with it."""
    sink = Sink()
    maker = _Maker(tree.source, sink)
    try:
        device = apply_patches(tree, maker.device(tree), sink)
    except TooMany:
        return Device(name="", maps=()), sink.found
    return device, sink.found


def apply_patches(tree: regmap.MapFile, device: Device, sink: Sink) -> Device:
    """A device with all patches of a file, which need not be its own."""
    scope = Scope(tree.source, sink, placed=tree.source.name in device.sources)
    scope.enums = {each.name.text: each for each in tree.decls if isinstance(each, regmap.Enum)}
    for each in tree.decls:
        if isinstance(each, regmap.Patch):
            device = patched(scope, each, device)
    return device


class _Maker:
    def __init__(self, source: Source, sink: Sink) -> None:
        self.source = source
        self.sink = sink
        self.scope = Scope(source, sink)
        self.declared: dict[str, regmap.Regmap] = {}
        self.made: dict[str, RegMap] = {}
        self.within: list[str] = []
        self.width = 32

    def device(self, tree: regmap.MapFile) -> Device:
        devices = [each for each in tree.decls if isinstance(each, regmap.Device)]
        self._declare(tree)
        for extra in devices[1:]:
            self.scope.report("KR0211", extra.name, name=extra.name.text)
        chosen = devices[0] if devices else None
        settings = bus(self.scope, chosen.items if chosen is not None else ())
        self.width = settings.width or 32
        for each in self.declared.values():
            if all(parameter.default is not None for parameter in each.parameters):
                self._use(each.name, ())
        instances = tuple(self._instances(chosen)) if chosen is not None else ()
        return Device(
            name=chosen.name.text if chosen is not None else "",
            maps=tuple(self.made.values()),
            instances=instances,
            width=self.width,
            endian=settings.endian or "little",
            doc=doc(chosen.attrs, chosen.text) if chosen is not None else "",
            sources=(self.source.name,),
        )

    def _declare(self, tree: regmap.MapFile) -> None:
        for each in tree.decls:
            if isinstance(each, regmap.Enum):
                self.scope.enums[each.name.text] = each
            elif isinstance(each, regmap.Regmap):
                if each.name.text in self.declared:
                    self.scope.report("KR0201", each.name, name=each.name.text)
                self.declared.setdefault(each.name.text, each)

    # ---------------------------------------------------------------- maps

    def _use(self, name: Name, arguments: tuple[Int, ...]) -> str:
        """The map with these arguments, made if it is not yet."""
        node = self.declared.get(name.text)
        if node is None:
            self.scope.unknown("KR0212", name, self.declared)
            return ""
        values = self._arguments(name, node, arguments)
        called = name.text
        if arguments and values != self._defaults(node):
            called += f"({', '.join(map(str, values))})"
        if called in self.within:
            self.scope.report("KR0214", name, name=name.text)
            return ""
        if len(self.within) == MAX_NESTING:
            self.scope.report("KR0215", name, limit=MAX_NESTING)
            return ""
        if called not in self.made:
            self.within.append(called)
            self.made[called] = self._map(node, called, values)
            self.within.pop()
        return called

    def _arguments(self, at: Name, node: regmap.Regmap, given: tuple[Int, ...]) -> tuple[int, ...]:
        needed = sum(1 for each in node.parameters if each.default is None)
        if not needed <= len(given) <= len(node.parameters):
            expected = len(node.parameters)
            self.scope.report("KR0213", at, name=at.text, expected=expected, found=len(given))
        rest = self._defaults(node)[len(given) :]
        return (*(each.value for each in given[: len(node.parameters)]), *rest)

    def _defaults(self, node: regmap.Regmap) -> tuple[int, ...]:
        return tuple(each.default.value if each.default else 1 for each in node.parameters)

    def _map(self, node: regmap.Regmap, called: str, values: tuple[int, ...]) -> RegMap:
        scope = Scope(self.source, self.sink)
        names = (each.name.text for each in node.parameters)
        scope.parameters = dict(zip(names, values, strict=True))
        own = (each for each in node.items if isinstance(each, regmap.Enum))
        scope.enums = {**self.scope.enums, **{each.name.text: each for each in own}}
        settings = bus(scope, node.items)
        scope.width = settings.width or self.width
        policies = [each.policy for each in node.items if isinstance(each, regmap.Reserved)]
        return RegMap(
            name=called,
            items=tuple(items(scope, node.items, self._use)),
            version=node.version or "",
            bus=settings,
            reserved=policies[-1] if policies else "reset",
            aliases=tuple(_aliases(node)),
            unlocks=tuple(unlock(each) for each in node.items if isinstance(each, regmap.Unlock)),
            retired=tuple(
                each.name.text for each in node.items if isinstance(each, regmap.Retired)
            ),
            sequences=tuple(
                sequence(scope, each) for each in node.items if isinstance(each, regmap.Sequence)
            ),
            doc=doc(node.attrs, node.text),
            at=scope.at(node.name),
        )

    # ---------------------------------------------------------------- devices

    def _instances(self, device: regmap.Device) -> Iterator[Instance]:
        for node in device.items:
            if isinstance(node, regmap.Instance):
                yield self._instance(node)

    def _instance(self, node: regmap.Instance) -> Instance:
        scope = self.scope
        if node.dim is not None and node.step is None:
            scope.report("KR0210", node.name, name=node.name.text)
        step = scope.number(node.step) if node.step is not None else 0
        return Instance(
            name=node.name.text,
            map=self._use(node.map, node.arguments),
            base=scope.number(node.base),
            interrupts=tuple(_interrupts(scope, node)),
            spans=tuple(_spans(node)),
            alternate=node.alternate.name.text if node.alternate is not None else "",
            dim=dimension(scope, node.name.text, node.dim, step),
            doc=doc(node.attrs, node.text),
            at=scope.at(node.name),
        )


def _aliases(node: regmap.Regmap) -> Iterator[tuple[str, int]]:
    for each in node.items:
        for alias in each.aliases if isinstance(each, regmap.Aliases) else ():
            yield alias.kind.text, alias.offset.value


def _interrupts(scope: Scope, node: regmap.Instance) -> Iterator[Interrupt]:
    for each in node.wires:
        if isinstance(each, regmap.Wire):
            text = each.text.value if each.text is not None else ""
            yield Interrupt(
                name=each.irq.text, number=each.number.value, doc=text, at=scope.at(each)
            )


def _spans(node: regmap.Instance) -> Iterator[AddressSpan]:
    for each in node.wires:
        if isinstance(each, regmap.Span):
            usage = each.text.value if each.text is not None else "registers"
            yield AddressSpan(offset=each.offset.value, size=each.size.value, usage=usage)
