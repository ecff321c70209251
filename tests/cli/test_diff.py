"""`diff`: what it compares, and how it shows that."""

from __future__ import annotations

import json
import os
import subprocess

import jsonpatch
import pytest

from tests.cli.conftest import GATEWAY, Shop


def test_a_table_for_people(shop: Shop) -> None:
    made = shop.must("diff", "gateway.ks#one", "gateway.ks#two").out.splitlines()
    assert made[0].startswith("2 changes, compatible  audit_id ")
    assert [line.split() for line in made[1:4]] == [
        ["path", "old", "new"],
        ["~", "/port", "8080", "9090"],
        ["+", "/workers", "8"],
    ]
    assert "what follows from it" in made
    assert ["~", "/most", "1024", "2048"] in [line.split() for line in made]


def test_no_difference(shop: Shop) -> None:
    ran = shop.must("diff", "gateway.ks#one", "gateway.ks#one", "--exit-code")
    assert ran.out == "no difference\n"
    assert shop.run("diff", "gateway.ks#one", "gateway.ks#two", "--exit-code").code == 1


def test_markdown_for_reviews(shop: Shop) -> None:
    made = shop.must("diff", "gateway.ks#one", "gateway.ks#risky", "--format", "markdown").out
    assert '| `+` | `/store` |  | `"redis"` | `danger` |' in made
    assert "needs --allow danger" in made


def test_json_holds_a_change_set_that_jsonpatch_applies(shop: Shop) -> None:
    result = shop.must("diff", "gateway.ks#one", "gateway.ks#two", "--format", "json").json[
        "result"
    ]
    assert jsonpatch.apply_patch({"port": 8080}, result["change_set"]) == {
        "port": 9090,
        "workers": 8,
    }
    assert (result["status"], result["verdict"], result["needs"]) == ("planned", "compatible", [])


def test_the_audit_id_depends_on_the_change_alone(shop: Shop) -> None:
    def audit_id(*words: str) -> str:
        return str(shop.must("diff", *words, "--audit").json["audit_id"])

    one = shop.write("one.yaml", "port: 8080\n")
    two = shop.write("two.toml", "workers = 8\nport = 9090\n")
    known = audit_id("gateway.ks#one", "gateway.ks#two")
    assert audit_id(one, two, "--schema", "gateway.ks") == known
    assert audit_id("gateway.ks#one", two) == known
    assert audit_id(one, "gateway.ks#two") == known


def test_states_and_their_generations(shop: Shop) -> None:
    state = shop.init()
    shop.must("reload", state, "gateway.ks#two")
    ran = shop.must("diff", f"{state}@1", state, "--format", "json")
    assert [c["path"] for c in ran.json["result"]["change_set"]] == ["/port", "/workers"]
    bound = shop.must("plan", state, "gateway.ks#three", "--format", "json").json["result"]
    assert bound["state"]["generation"] == 2
    assert shop.run("diff", f"{state}@9", state).code == 5


def test_a_file_as_it_was_in_git(shop: Shop) -> None:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    for words in (["init", "-q"], ["add", "."], [*identity, "commit", "-q", "-m", "first"]):
        subprocess.run(["git", *words], cwd=shop.folder, env=clean, check=True)
    shop.write("gateway.ks", GATEWAY.replace("port: 8080", "port: 8081"))
    words = ("git:HEAD:gateway.ks#one", "gateway.ks#one")
    (change,) = shop.must("diff", *words, "--format", "json").json["result"]["change_set"]
    assert (change["old"], change["value"]) == (8080, 8081)
    assert shop.run("diff", "git:HAED:gateway.ks#one", "gateway.ks#one").code == 4


def test_schemas(shop: Shop) -> None:
    shop.write("new.ks", GATEWAY.replace("workers: u16 = 4", "workers: u32 = 4\n  tag: String"))
    words = ("diff", "gateway.ks#Gateway", "new.ks#Gateway")
    found = shop.must(*words, "--format", "json").json["result"]
    assert {f["rule"] for f in found["findings"]} >= {"S02", "S10"}
    assert found["verdict"] == "breaking"
    assert "S02" in shop.must(*words).out
    assert "| `S02` |" in shop.must(*words, "--format", "markdown").out
    assert shop.run(*words, "--require", "backward").code == 5


def test_apply_asks_first_and_then_applies(shop: Shop) -> None:
    state = shop.init()
    words = ("diff", "gateway.ks#one", "gateway.ks#two", "--apply")
    assert shop.run(*words, "--state", state).code == 64
    assert shop.run(*words).code == 64
    ran = shop.must(*words, "--state", state, "--yes", "--audit")
    assert ran.json["result"]["status"] == "applied"


def test_the_plan_is_written_whole_or_not_at_all(shop: Shop) -> None:
    shop.plan()
    plan = json.loads((shop.folder / "change.json").read_text())
    assert plan["document"] == {"port": 9090, "workers": 8}
    before = sorted(os.listdir(shop.folder))
    assert shop.run("diff", "gateway.ks#one", "gateway.ks#two", "-o", "no/where.json").code == 4
    assert sorted(os.listdir(shop.folder)) == before


def test_show_reads_a_plan(shop: Shop) -> None:
    shown = shop.must("show", shop.plan())
    assert shown.out == shop.must("diff", "gateway.ks#one", "gateway.ks#two").out


@pytest.mark.parametrize("name", ["gone.json", "gone.yaml", "gone.ks#x"])
def test_what_is_not_there(shop: Shop, name: str) -> None:
    ran = shop.run("diff", "gateway.ks#one", name)
    assert ran.code == 4
    assert "KS0801" in ran.err
