"""`lint` and its forms."""

from __future__ import annotations

import json
import os
import subprocess

from tests.cli.commands import kestrel_config
from tests.cli.conftest import Shop


def test_nothing_to_report(shop: Shop) -> None:
    assert shop.must("lint", "gateway.ks").out == "1 file checked: nothing to report\n"
    assert shop.must("lint", "gateway.ks", "-q").out == ""
    assert kestrel_config("validate", "gateway.ks", cwd=shop.folder).code == 0


def test_several_errors_in_one_run(shop: Shop) -> None:
    shop.write("bad.ks", "schema A { a: u61; b: Strng; c: u8 = 300 }\nconfig x: B = {}\n")
    ran = shop.run("lint", "bad.ks", "--format", "json")
    assert ran.code == 2
    codes = [d["code"] for d in ran.json["diagnostics"]]
    assert codes == ["KS0101", "KS0101", "KS0111", "KS0101"]
    assert ran.json["result"]["errors"] == 4
    text = shop.run("lint", "bad.ks").out
    assert text.endswith("\n4 errors\n")
    assert text.count("┌─ bad.ks:") == 4


def test_other_forms(shop: Shop) -> None:
    shop.write("bad.json", '{"port": 80}')
    words = ("lint", "bad.json", "--schema", "gateway.ks")
    run = json.loads(shop.run(*words, "--format", "sarif").out)["runs"][0]
    assert [r["ruleId"] for r in run["results"]] == ["KS0407"]
    assert shop.run(*words, "--format", "github").out.startswith(
        "::error title=KS0407,file=bad.json"
    )


def test_warnings_fail_only_on_demand(shop: Shop) -> None:
    shop.write("s.ks", "schema S { key: Secret<String> }\n")
    shop.write("s.json", '{"key": "literal"}')
    words = ("lint", "s.json", "--schema", "s.ks")
    ran = shop.must(*words)
    assert "warning[KS0450]" in ran.out
    assert "literal" not in ran.out.replace('{"key": "literal"}', "").replace("literal-secret", "")
    assert shop.run(*words, "--fail-on-warning").code == 1


def test_the_audit_id_of_the_change_that_is_made(shop: Shop) -> None:
    shop.write("s.ks", "schema S { key: Secret<String> }\nconfig c: S = { key: env:A }\n")
    shop.write("s.json", '{"key": "literal"}')
    shop.must("init", "s.state", "--config", "s.ks#c")
    words = ("lint", "s.json", "--schema", "s.ks", "--format", "json")
    (alone,) = shop.must(*words).json["diagnostics"]
    (made,) = shop.must(*words, "--against", "s.state").json["diagnostics"]
    assert alone["audit_id"] is None
    assert len(made["audit_id"]) == 36


def test_a_file_that_the_revision_does_not_have_is_linted_all_the_same(shop: Shop) -> None:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    shop.write("s.ks", "schema S { key: Secret<String>; n: u8 = 1 }\n")
    shop.write("s.json", '{"key": "literal"}')
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    for git in (["init", "-q"], ["add", "."], [*identity, "commit", "-q", "-m", "first"]):
        subprocess.run(["git", *git], cwd=shop.folder, env=clean, check=True)
    shop.write("s.json", '{"key": "literal", "n": 2}')
    shop.write("new.json", '{"key": "literal"}')
    words = ("--schema", "s.ks", "--against", "git:HEAD", "--format", "json")
    made = shop.must("lint", "s.json", shop.folder / "s.json", "new.json", *words)
    one, same, new = (found["audit_id"] for found in made.json["diagnostics"])
    assert one == same
    assert len(one) == 36
    assert new is None
    assert shop.run("lint", "s.json", "--schema", "s.ks", "--against", "git:HAED").code == 4


def test_domains_are_chosen(shop: Shop) -> None:
    shop.write("bad.json", '{"port": 80}')
    words = ("lint", "bad.json", "--schema", "gateway.ks", "--domain")
    assert shop.run(*words, "config").code == 2
    assert shop.run(*words, "effects").code == 0
