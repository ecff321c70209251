"""`kestrel-config approve`, and where approvals are shown."""

from __future__ import annotations

from tests.cli.commands import kestrel_config
from tests.cli.conftest import Shop


def test_an_approved_plan_passes_once(shop: Shop) -> None:
    state, plan = shop.init(), shop.plan("one", "risky")
    assert shop.run("reload", state, plan).code == 5
    ran = kestrel_config(
        *("approve", state, plan, "--note", "seen by two", "--expires", "2h"),
        cwd=shop.folder,
        KESTREL_ACTOR="alice",
    )
    assert ran.code == 0, ran.err
    assert "lets pass danger" in ran.out
    status = shop.must("status", state)
    assert "alice (claimed" in status.out
    assert "seen by two" in status.out
    assert "approval" in shop.must("show", state).out
    shop.must("reload", state, plan)
    assert "(spent)" in shop.must("status", state).out
    shop.must("reload", state, "--rollback")
    assert shop.run("reload", state, plan, "--again").code == 5
    (open_,) = shop.must("status", state, "--format", "json").json["result"]["approvals"] or [None]
    assert open_ is None


def test_what_is_no_plan(shop: Shop) -> None:
    state = shop.init()
    ran = kestrel_config("approve", state, "gateway.ks", cwd=shop.folder)
    assert (ran.code, "KS0925" in ran.err) == (64, True)
    assert kestrel_config("approve", state, cwd=shop.folder).code == 64
