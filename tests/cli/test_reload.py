"""`reload` through its outcomes: the table of docs/runtime.md, with exit codes and envelopes."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest

from tests.cli.commands import kestrel_config
from tests.cli.conftest import Shop


def status(shop: Shop, *words: object) -> tuple[int, str]:
    ran = shop.run("reload", *words, "--format", "json")
    return ran.code, ran.json["result"]["status"]


def test_the_line_of_the_requirement(shop: Shop) -> None:
    """Word for word, through a shell and jq."""
    if shutil.which("jq") is None:
        pytest.skip("jq is not installed")
    shop.init()
    made = shop.must("diff", "gateway.ks#one", "gateway.ks#two", "--audit", "-o", "diff.json")
    audit_id = made.json["audit_id"]
    line = "reload runtime.state diff.json --audit"
    done = subprocess.run(
        ["jq", "-c", ".result | {status, audit_id}"],
        input=shop.must(*line.split()).out,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == {"status": "applied", "audit_id": audit_id}


def test_again_is_the_first_result_replayed(shop: Shop) -> None:
    state, plan = shop.init(), shop.plan()
    first = shop.must("reload", state, plan, "--audit").json["result"]
    second = shop.must("reload", state, plan, "--audit").json["result"]
    assert (first["replayed"], second["replayed"]) == (False, True)
    for name in ("status", "audit_id", "event_id", "generation"):
        assert first[name] == second[name]


def test_a_plan_on_an_old_base_is_stale(shop: Shop) -> None:
    state, plan = shop.init(), shop.plan("one", "three")
    shop.must("reload", state, shop.plan("one", "two", "other.json"))
    assert status(shop, state, plan) == (5, "stale")


def test_an_undone_change_is_superseded_until_it_is_wanted_again(shop: Shop) -> None:
    state, plan = shop.init(), shop.plan()
    shop.must("reload", state, plan)
    shop.must("reload", state, "--rollback")
    ran = shop.run("reload", state, plan, "--audit")
    assert (ran.code, ran.json["result"]["status"]) == (5, "rejected")
    assert ran.json["result"]["reason"] == "superseded"
    assert [d["code"] for d in ran.json["diagnostics"]] == ["KS0711"]
    assert "error[KS0711]" in ran.err
    assert status(shop, state, plan, "--again") == (0, "applied")


def test_a_file_is_planned_first_and_shown(shop: Shop) -> None:
    state = shop.init()
    ran = shop.must("reload", state, "gateway.ks#two")
    assert "/port     8080  9090" in ran.out
    assert "applied: generation 2 runs" in ran.out
    data = shop.write("three.json", '{"port": 9090, "workers": 8, "text": "bye"}')
    assert status(shop, state, data) == (0, "applied")
    assert status(shop, state, data) == (0, "unchanged")


def test_a_dry_run_changes_nothing(shop: Shop) -> None:
    state = shop.init()
    assert status(shop, state, shop.plan(), "--dry-run") == (0, "planned")
    assert (
        shop.must("status", state, "--format", "json").json["result"]["generation"]["number"] == 1
    )


@pytest.mark.parametrize(
    ("config", "allowed"), [("risky", ["--allow", "danger"]), ("never", None), ("moved", [])]
)
def test_policy(shop: Shop, config: str, allowed: list[str] | None) -> None:
    """No program is live, so a field that needs a restart needs nothing."""
    state = shop.init()
    file = f"gateway.ks#{config}"
    if allowed != []:
        assert status(shop, state, file) == (5, "rejected")
    if allowed is not None:
        assert status(shop, state, file, *allowed) == (0, "applied")


def test_a_project_sets_its_own_policy(shop: Shop) -> None:
    shop.write("kestrel.toml", '[policy]\ncompatible = "refuse"\n')
    assert status(shop, shop.init(), "gateway.ks#two") == (5, "rejected")


def test_rollback_walks_back_and_does_not_toggle(shop: Shop) -> None:
    state = shop.init()
    for config in ("two", "three"):
        shop.must("reload", state, f"gateway.ks#{config}")
    for port, text in ((9090, "hello"), (8080, "hello")):
        shop.must("reload", state, "--rollback")
        shown = shop.must("show", state, "--format", "json").json["result"]["effective"]
        assert (shown["port"], shown["text"]) == (port, text)
    assert shop.run("reload", state, "--rollback").code == 5


def test_rollback_by_id_and_by_generation(shop: Shop) -> None:
    state = shop.init()
    first = shop.must("reload", state, "gateway.ks#two", "--audit").json["audit_id"]
    second = shop.must("reload", state, "gateway.ks#three", "--audit").json["audit_id"]
    assert shop.run("reload", state, "--rollback", first).code == 5
    shop.must("reload", state, "--rollback", second)
    ran = shop.must("reload", state, "--to", "1", "--format", "json")
    assert ran.json["result"]["lost"] == [2]
    assert shop.must("show", state, "--format", "json").json["result"]["config"] == {"port": 8080}


def test_the_state_may_follow_rollback(shop: Shop) -> None:
    state = shop.init()
    shop.must("reload", state, "gateway.ks#two")
    shop.must("reload", "--rollback", state)


def test_kestrel_config_rolls_back_too(shop: Shop) -> None:
    state = shop.init()
    shop.must("apply", state, "gateway.ks#two")
    ran = kestrel_config("rollback", state, "--audit", cwd=shop.folder)
    assert ran.json["result"]["status"] == "applied"


def test_the_environment_names_the_state(shop: Shop) -> None:
    state = shop.init()
    assert shop.run("reload", "gateway.ks#two", KESTREL_STATE=state).code == 0
    assert "generation  2" in shop.run("status", KESTREL_STATE=state).out
    assert shop.run("reload", "--rollback", KESTREL_STATE=state).code == 0


@pytest.mark.parametrize(
    "words", [["reload"], ["reload", "a"], ["reload", "a", "b", "c"], ["status"]]
)
def test_too_few_or_too_many_words(shop: Shop, words: list[str]) -> None:
    ran = shop.run(*words)
    assert ran.code == 64
    assert "error[KS0901]" in ran.err


def test_an_invalid_file_is_refused_before_anything_is_touched(shop: Shop) -> None:
    state = shop.init()
    ran = shop.run("reload", state, shop.write("bad.json", '{"port": 80}'))
    assert ran.code == 2
    assert "bad.json:1:10" in ran.err
    assert "kestrel.init" in shop.must("audit", "export", state).out
    assert shop.must("audit", "export", state).out.count("\n") == 1


def test_secrets_are_refreshed(shop: Shop) -> None:
    state = shop.init()
    ran = shop.must("reload", state, "--refresh-secrets")
    assert "every program resolved its secrets anew: generation 1 runs" in ran.out
    assert "kestrel.secrets" in shop.must("audit", "tail", state).out
    assert shop.run("reload", state, "--refresh-secrets", "--rollback").code == 64
    shop.must("audit", "verify", state)
