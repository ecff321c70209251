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
    assert made.startswith("### 1 change, compatible\n")
    assert "> **Needs** `--allow danger`" in made


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
    assert "| S02 | `/tag` |" in shop.must(*words, "--format", "markdown").out
    assert shop.run(*words, "--require", "backward").code == 5


def changed(shop: Shop) -> tuple[str, str, str]:
    shop.write("new.ks", GATEWAY.replace("workers: u16 = 4", "workers: u8 = 5\n  tag: String"))
    return "diff", "gateway.ks#Gateway", "new.ks#Gateway"


def test_requirements_are_refused_and_shown_in_every_form(shop: Shop) -> None:
    words = changed(shop)
    ran = shop.run(*words, "--require", "backward")
    assert ran.code == 5
    assert "S02" in ran.out
    assert "KS0911" in ran.err
    for form in ("json", "sarif", "github", "markdown"):
        ran = shop.run(*words, "--require", "/tag=full", "--format", form)
        assert ran.code == 5
        assert "S02" in ran.out
    assert shop.run(*words, "--require", "/port=full").code == 0
    assert shop.run(*words, "--require", "sideways").code == 64


def test_an_exemption_lets_one_finding_pass(shop: Shop) -> None:
    words = changed(shop)
    shop.write(
        "kestrel.toml",
        '[require]\n"/tag" = "backward"\n\n[[exempt]]\nrule = "S02"\npath = "/tag"\n'
        'reason = "all configs have a tag"\nuntil = 2026-06-30\n',
    )
    ran = shop.must(*words, "--as-of", "2026-06-30", "--format", "json")
    (found,) = [f for f in ran.json["result"]["findings"] if f["rule"] == "S02"]
    assert found["exempt"] == {"until": "2026-06-30", "reason": "all configs have a tag"}
    assert "exempt until 2026-06-30" in shop.must(*words, "--as-of", "2026-06-30").out
    late = shop.run(*words, "--as-of", "2026-07-01")
    assert late.code == 5
    assert "KS0623" in late.err
    assert shop.run(*words, "--as-of", "tomorrow").code == 64


def test_a_change_that_is_refused_writes_no_plan(shop: Shop) -> None:
    changed(shop)
    shop.write(
        "new.ks", (shop.folder / "new.ks").read_text().replace("port: 8080", 'port: 8080, tag: "x"')
    )
    words = ("diff", "gateway.ks#one", "new.ks#one", "-o", "plan.json")
    assert shop.run(*words, "--require", "/tag=forward").code == 5
    assert not (shop.folder / "plan.json").exists()


def test_data_decide_what_schemas_do_not(shop: Shop) -> None:
    words = changed(shop)
    good, bad = shop.write("good.json", '{"port": 2000}'), '{"port": 2000, "workers": 300}'
    assert "checked on 1 value" in shop.must(*words, "--data", good).out
    assert "S11" in shop.must(*words, "--data", shop.write("bad.json", bad)).out
    assert shop.run("diff", "gateway.ks#one", "gateway.ks#two", "--data", good).code == 64


def test_sarif_is_as_the_standard_has_it(shop: Shop) -> None:
    """The properties that SARIF 2.1.0 requires, and the closed sets of values that we use."""
    for words in (changed(shop), ("diff", "gateway.ks#one", "gateway.ks#risky")):
        log = shop.must(*words, "--format", "sarif").json
        assert log["version"] == "2.1.0"
        (run,) = log["runs"]
        assert run["tool"]["driver"]["name"] == "kestrel"
        assert run["columnKind"] in ("utf16CodeUnits", "unicodeCodePoints")
        rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
        assert len(set(rules)) == len(rules)
        assert all(rule["shortDescription"]["text"] for rule in run["tool"]["driver"]["rules"])
        assert run["results"]
        for result in run["results"]:
            assert result["ruleId"] in rules
            assert result["level"] in ("none", "note", "warning", "error")
            assert result["message"]["text"]
            assert all(isinstance(v, str) for v in result["partialFingerprints"].values())
            for location in result["locations"]:
                physical = location["physicalLocation"]
                uri = physical["artifactLocation"]["uri"]
                assert uri in ("new.ks", "gateway.ks")
                region = physical.get("region", {"startLine": 1})
                assert region["startLine"] >= 1
                assert region.get("endLine", 1) >= region["startLine"] or "endLine" not in region


def test_annotations_stand_where_the_new_schema_says_it(shop: Shop) -> None:
    made = shop.must(*changed(shop), "--format", "github").out
    lines = (shop.folder / "new.ks").read_text().splitlines()
    line = next(n for n, text in enumerate(lines, 1) if "tag: String" in text)
    assert f"::error title=S02,file=new.ks,line={line},col=3," in made
    assert all(
        text.startswith(("::error ", "::warning ", "::notice ")) for text in made.splitlines()
    )


def test_annotations_of_values_stand_in_the_data_file(shop: Shop) -> None:
    one = shop.write("one.yaml", "port: 8080\n")
    two = shop.write("two.yaml", 'workers: 8\nport: 9090\nstore: "a%0A\\n::error::x"\n')
    made = shop.must("diff", one, two, "--schema", "gateway.ks", "--format", "github").out
    assert "::notice title=V03,file=two.yaml,line=2,col=7,endLine=2,endColumn=11::/port" in made
    assert len(made.splitlines()) == 3
    assert "a%250A\\n::error::x" in made


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
