"""`kestrel.reload(parser, state, plan)`: pure, and the same answers."""

from __future__ import annotations

import pytest

import kestrel
from kestrel.runtime.reload import ReloadState
from tests.runtime.programs import SCHEMA, config, step


@pytest.fixture
def state() -> ReloadState:
    return ReloadState(1, config(1), SCHEMA.parser)


def test_a_new_state_comes_back(state: ReloadState) -> None:
    new = kestrel.reload(SCHEMA.parser, state, step(1, 2))
    assert (new.generation, new.snapshot, new.parser.schema) == (2, config(2), SCHEMA)
    assert (state.generation, state.snapshot) == (1, config(1))
    assert new.result is not None
    assert new.result.rollback_info is not None
    assert new.result.rollback_info.generation == 1


def test_the_inverse_leads_back(state: ReloadState) -> None:
    plan = step(1, 2)
    new = kestrel.reload(SCHEMA.parser, state, plan)
    assert kestrel.reload(new.parser, new, plan.inverse).snapshot == config(1)


def test_no_change_is_no_generation(state: ReloadState) -> None:
    new = kestrel.reload(SCHEMA.parser, state, step(1, 1))
    assert (new.generation, new.result and new.result.status) == (1, "unchanged")


def test_another_base(state: ReloadState) -> None:
    with pytest.raises(kestrel.ReloadError, match="KS0710") as caught:
        kestrel.reload(SCHEMA.parser, state, step(2, 3))
    assert caught.value.rollback_info is not None
    assert caught.value.rollback_info.generation == 1
    assert caught.value.result.status == "stale"
