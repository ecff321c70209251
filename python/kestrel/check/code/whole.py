"""The checks of functions that need all of them: effects, then obligations."""

from __future__ import annotations

from collections.abc import Mapping

from kestrel.check.code.declared import Places, check_effects
from kestrel.check.code.effects import Effects, with_effects
from kestrel.check.code.obligations import check_obligations
from kestrel.check.scope import ModuleScope
from kestrel.check.world import World
from kestrel.ir.functions import Function


def check_code(
    world: World, functions: Mapping[str, Function], modules: list[ModuleScope]
) -> dict[str, Function]:
    """The functions with their effects; what is wrong goes to the world's sink."""
    effects = Effects(functions, world.foreign, world.stored)
    places = Places({module.number: module.source for module in modules})
    check_effects(world, places, effects)
    check_obligations(world, places, effects, world.stored)
    return with_effects(functions, effects)
