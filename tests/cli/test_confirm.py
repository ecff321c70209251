"""`reload --confirm-within`, `confirm` and `abort`."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Shop


def pending(shop: Shop, within: str = "1h") -> tuple[str, str]:
    """A state whose second generation waits, and the change's id."""
    state = shop.init()
    ran = shop.must("reload", state, "gateway.ks#two", "--confirm-within", within, "--audit")
    assert ran.json["result"]["status"] == "pending"
    return state, ran.json["result"]["audit_id"]


def test_it_waits_and_is_confirmed(shop: Shop) -> None:
    state, change = pending(shop)
    status = shop.must("status", state)
    assert "waits" in status.out
    assert "kestrel-run confirm" in status.out
    assert "waits" in shop.must("show", state).out
    assert "confirmed: generation 2 runs" in shop.must("confirm", state, change).out
    assert "before, and still holds" in shop.must("confirm", state).out
    assert "waits" not in shop.must("status", state).out
    assert shop.run("abort", state).code == 5
    shop.must("audit", "verify", state)


def test_it_is_aborted(shop: Shop) -> None:
    state, _ = pending(shop)
    assert "generation 3 runs" in shop.must("abort", state).out
    ran = shop.run("confirm", state)
    assert (ran.code, "generation 2 was taken back: aborted by" in ran.err) == (5, True)


def test_the_environment_may_name_the_state(shop: Shop) -> None:
    state, change = pending(shop)
    assert shop.run("confirm", change, KESTREL_STATE=state).code == 0


def test_another_change_is_refused(shop: Shop) -> None:
    state, change = pending(shop)
    ran = shop.run("reload", state, "gateway.ks#three")
    assert (ran.code, f"--over {change}" in ran.err) == (5, True)
    ran = shop.must("reload", state, "gateway.ks#three", "--over", change)
    assert "until it is confirmed" in ran.out
    other = "00000000-0000-8000-8000-000000000000"
    assert shop.run("confirm", state, other).code == 5
    shop.must("confirm", state)


def test_it_is_over(shop: Shop) -> None:
    """A window of one nanosecond: over before anybody can look."""
    state = shop.init()
    ran = shop.run("reload", state, "gateway.ks#two", "--confirm-within", "1ns")
    assert (ran.code, "KS0738" in ran.err) == (6, True)
    assert '"port": 8080' in shop.must("show", state).out


@pytest.mark.parametrize("within", ["0s", "-5s", "soon"])
def test_no_time_to_confirm(shop: Shop, within: str) -> None:
    state = shop.init()
    ran = shop.run("reload", state, "gateway.ks#two", f"--confirm-within={within}")
    assert ran.code == 64
