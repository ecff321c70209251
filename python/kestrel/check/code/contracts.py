"""What handles and statuses say of functions, and whether these keep to it."""

from __future__ import annotations

from kestrel.check.scope import ModuleScope
from kestrel.check.shapes import bare, kind, show
from kestrel.check.world import World
from kestrel.ir.functions import ForeignFn, Handle, Status
from kestrel.ir.types import Foreign
from kestrel.syntax import ast


def check_contracts(world: World, modules: list[ModuleScope]) -> None:
    """KS0227 for each handle that cannot be released as it says, KS0228 for owners and texts."""
    for module in modules:
        for symbol in module.own.values():
            match symbol.node:
                case ast.Handle() as node:
                    _handle(world, module, node, symbol.name)
                case ast.Status() as node:
                    _status(world, module, node, symbol.name)
                case _:
                    pass


def _handle(world: World, module: ModuleScope, node: ast.Handle, name: str) -> None:
    made = world.foreign[name]
    assert isinstance(made, Handle)
    release = world.foreign.get(made.release)
    own = f"`fn {node.release.text}({node.name.text[:1].lower()}: own {node.name.text})`"
    if not isinstance(release, ForeignFn):
        if not module.lost(node.release.text):
            span = module.span(node.release)
            world.sink.report("KS0227", span, name=node.release.text, why=f"declare {own}")
    elif why := _no_release(world, release, name):
        world.sink.report("KS0227", module.span(node.release), name=node.release.text, why=why)
    if node.owner is not None and world.handle(Foreign(made.owner)) is None:
        found = f"`{node.owner.text}` is no handle of this module"
        world.sink.report("KS0228", module.span(node.owner), why=found)
    elif node.owner is not None and _owns_itself(world, made):
        found = f"`{node.name.text}` would outlive itself"
        world.sink.report("KS0228", module.span(node.owner), why=found)


def _no_release(world: World, release: ForeignFn, name: str) -> str:
    taken = [p for p in release.params if p.ownership == "own"]
    others = [p for p in release.params if p.ownership != "own" and p.default is None]
    if [p.type for p in taken] != [Foreign(name)]:
        return f"it must take one `own {show(Foreign(name))}`"
    if others:
        return f"its parameter `{others[0].name}` has no default, and a release gives none"
    is_status = world.status(bare(release.result)) is not None
    if not is_status and kind(release.result) not in ("unit", "int", "bool"):
        return f"it gives `{show(release.result)}`, which nobody would look at"
    return ""


def _owns_itself(world: World, made: Handle) -> bool:
    seen = {made.name}
    while made.owner:
        if made.owner in seen:
            return True
        seen.add(made.owner)
        owner = world.handle(Foreign(made.owner))
        if owner is None:
            return False
        made = owner
    return False


def _status(world: World, module: ModuleScope, node: ast.Status, name: str) -> None:
    made = world.foreign[name]
    assert isinstance(made, Status)
    if node.error_text is None or module.lost(node.error_text.text):
        return
    text = world.foreign.get(module.full(made.text))
    fits = (
        isinstance(text, ForeignFn)
        and len(text.params) == 1
        and bare(text.params[0].type) in (made.type, Foreign(name))
        and kind(bare(text.result)) == "cstr"
    )
    if isinstance(text, ForeignFn) and not fits:
        why = f"`{node.error_text.text}` must take the code and give a `CStr`"
        world.sink.report("KS0228", module.span(node.error_text), why=why)
