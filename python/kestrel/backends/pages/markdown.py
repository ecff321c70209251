"""One Markdown page for each map, and one for the device."""

from __future__ import annotations

from collections.abc import Iterator

from kestrel.backends.pages.model import (
    DevicePage,
    FieldPage,
    InstancePage,
    MapPage,
    Places,
    RegisterPage,
    StorePage,
    device_page,
)
from kestrel.ir.registers import Device
from kestrel.text import markdown

FIELDS = ("bits", "name", "access", "reset", "description")
INTERRUPTS = ("number", "name", "peripheral", "description")
INSTANCES = ("name", "base", "registers", "interrupts", "description")


def write_markdown(device: Device, version: str) -> dict[str, str]:
    page = device_page(device)
    files = {f"{each.file}.md": "\n".join(_map(each, version)) for each in page.maps}
    files["index.md"] = "\n".join(_device(page, version))
    return files


def _made(what: str, version: str) -> str:
    return f"<!-- Made by Kestrel {version} from {what}; do not edit. -->"


def _device(page: DevicePage, version: str) -> Iterator[str]:
    yield _made("a device", version)
    yield f"# {markdown.prose(page.name) or 'Register maps'}\n"
    yield from _prose(page.doc)
    if not page.name:
        yield from (f"- [{markdown.code(each.name)}]({each.file}.md)" for each in page.maps)
        return
    yield markdown.table(INSTANCES, [_instance(each) for each in page.instances])
    if page.interrupts:
        yield "## Interrupts\n"
        yield markdown.table(INTERRUPTS, [_interrupt(*each) for each in page.interrupts])


def _interrupt(number: int, name: str, doc: tuple[str, ...], of: InstancePage) -> list[str]:
    link = f"[{markdown.code(of.name)}]({of.file}.md)"
    return [str(number), markdown.code(name), link, _inline(doc)]


def _instance(each: InstancePage) -> list[str]:
    irqs = "<br>".join(f"{number}: {markdown.code(name)}" for name, number, _ in each.interrupts)
    link = f"[{markdown.code(each.map)}]({each.file}.md)"
    return [markdown.code(each.name), f"`{each.base}`", link, irqs, _inline(each.doc)]


def _map(page: MapPage, version: str) -> Iterator[str]:
    yield _made("a register map", version)
    title = f"{page.name} {page.version}".strip()
    yield f"# {markdown.prose(title)}\n"
    yield from _prose(page.doc)
    for each in page.notes:
        yield f"- {markdown.code(each)}"
    if page.instances:
        yield "\n" + markdown.table(INSTANCES, [_instance(each) for each in page.instances])
    yield "\n## Registers\n"
    rows = [
        [
            f"`{each.offset}`",
            f"[{markdown.code(each.path)}](#{each.id.lower()})",
            _inline(each.doc[:1]),
        ]
        for each in page.registers
    ]
    rows += [[f"`{each.offset}`", markdown.code(each.path), _kept(each)] for each in page.stores]
    yield markdown.table(("offset", "name", "description"), rows)
    for register in page.registers:
        yield from _register(register)


def _kept(page: StorePage) -> str:
    kind = markdown.prose(page.kind)
    said = [f"[{kind}]({page.link}.md)" if page.link else kind, *map(markdown.prose, page.doc)]
    return "<br>".join(said)


def _register(page: RegisterPage) -> Iterator[str]:
    yield f'<a id="{page.id.lower()}"></a>\n'
    yield f"### {markdown.prose(page.path)}\n"
    access = f", {page.access} ({page.spoken})" if page.access else ""
    yield f"`{page.offset}`, {page.width} bits, reset `{page.reset}`{access}\n"
    yield from _places(page.places)
    yield from _prose(page.doc)
    for each in page.notes:
        yield f"- {markdown.code(each)}"
    if page.notes:
        yield ""
    if page.fields:
        yield markdown.table(FIELDS, [_field(each) for each in page.fields])


def _places(places: Places) -> Iterator[str]:
    if places.shown:
        shown = [f"`{address}` ({markdown.code(name)})" for name, address in places.shown]
        more = f" and {places.more} more" if places.more else ""
        yield f"At {', '.join(shown)}{more}\n"


def _field(page: FieldPage) -> list[str]:
    parts = [_inline(page.doc)] if page.doc else []
    parts += [markdown.code(each) for each in page.notes]
    for value in page.values:
        said = f" {_inline(value.doc)}" if value.doc else ""
        parts.append(f"{markdown.code(value.value)}: {markdown.code(value.name)}{said}")
    access = page.access if page.plain else f"{page.access} ({page.spoken})"
    return [page.bits, markdown.code(page.name), access, page.reset, "<br>".join(parts)]


def _prose(doc: tuple[str, ...]) -> Iterator[str]:
    yield from (f"{markdown.prose(each)}\n" for each in doc)


def _inline(doc: tuple[str, ...]) -> str:
    return "<br>".join(markdown.prose(each) for each in doc)
