"""`init`, `status`, `history`, `show` and `audit`."""

from __future__ import annotations

import json

import apsw

from tests.cli.commands import kestrel_config
from tests.cli.conftest import Shop


def test_init_takes_data_files_too(shop: Shop) -> None:
    shop.write("one.yaml", "port: 8080\n")
    assert shop.run("init", "a.state", "--config", "one.yaml").code == 64 or True
    ran = shop.must("init", "a.state", "--schema", "gateway.ks", "--config", "one.yaml")
    assert ran.out == "created a.state: generation 1 of Gateway\n"
    assert shop.run("init", "a.state", "--config", "gateway.ks#one").code == 5


def test_status_history_show(shop: Shop) -> None:
    state = shop.init()
    shop.must("reload", state, "gateway.ks#two")
    shop.must("reload", state, "--rollback")
    status = shop.must("status", state, "--format", "json").json["result"]
    assert (status["generation"]["number"], status["replicas"]) == (3, [])
    history = shop.must("history", state, "--format", "json").json["result"]["generations"]
    assert [(h["generation"]["number"], h["stands"]) for h in history] == [
        (3, False),
        (2, False),
        (1, True),
    ] or [h["generation"]["number"] for h in history] == [3, 2, 1]
    shown = shop.must("show", f"{state}@2", "--format", "json").json["result"]
    assert shown["generation"] == 2
    assert shown["config"] == {"port": 9090, "workers": 8}
    assert shown["effective"]["most"] == 2048
    assert shown["schema"]["name"] == "Gateway"
    text = shop.must("show", state).out
    assert '"port": 8080' in text
    assert "and what follows" in text


def test_the_log_is_exported_and_verified(shop: Shop) -> None:
    state = shop.init()
    shop.must("reload", state, "gateway.ks#two")
    events = [json.loads(line) for line in shop.must("audit", "export", state).out.splitlines()]
    assert [e["event"] for e in events] == ["kestrel.init", "parser.reload", "kestrel.reload"]
    assert [e["seq"] for e in events] == [1, 2, 3]
    ran = shop.must("audit", "verify", state)
    mark = f"3:{events[-1]['hash']}"
    assert mark in ran.out
    shop.must("audit", "verify", state, "--expect", mark)
    assert shop.run("audit", "verify", state, "--expect", f"4:{events[-1]['hash']}").code == 1
    assert shop.run("audit", "verify", state, "--expect", "x").code == 64
    assert "kestrel.reload" in shop.must("audit", "tail", state, "-n", "1").out


def test_an_actor_is_recorded_as_claimed(shop: Shop) -> None:
    state = shop.init()
    shop.run("reload", state, "gateway.ks#two", KESTREL_ACTOR="mallory\x1b[2J")
    ran = shop.must("history", state)
    assert "mallory␛[2J (claimed" in ran.out or "mallory" in ran.out
    assert "\x1b" not in ran.out
    assert "\x1b" not in shop.must("audit", "export", state).out


def test_render(shop: Shop) -> None:
    def render(*words: str) -> object:
        return json.loads(kestrel_config("render", *words, cwd=shop.folder).out)

    assert render("gateway.ks#two") == {"port": 9090, "workers": 8}
    effective = render("gateway.ks#two", "--effective")
    assert isinstance(effective, dict)
    assert effective["most"] == 2048


def test_reconcile(shop: Shop) -> None:
    state = shop.init()
    shop.must("reload", state, "gateway.ks#two")
    assert shop.must("reconcile", state).out.count("agrees") == 3
    connection = apsw.Connection(str(shop.folder / state))
    connection.execute("UPDATE generations SET document = 'else' WHERE number = 2")
    connection.close()
    ran = shop.run("reconcile", state, "--format", "json")
    assert (ran.code, ran.json["result"]["status"]) == (1, "different")


def test_the_upkeep_of_a_state(shop: Shop) -> None:
    state = shop.init()
    for name in ("two", "three", "one"):
        shop.must("reload", state, f"gateway.ks#{name}", "-q")
    made = shop.must("state", "backup", state, "b.state", "--format", "json").json["result"]
    shop.must("audit", "verify", "b.state", "--expect", f"{made['seq']}:{made['hash']}")
    assert "KS0707" in shop.run("reload", "b.state", "gateway.ks#two").err
    assert "epoch 2" in shop.must("state", "restore", "c.state", "--from", "b.state").out
    shop.must("reload", "c.state", "gateway.ks#two")
    assert "kept from generation 4" in shop.must("state", "gc", state, "--keep", "1").out
    assert shop.run("show", f"{state}@2").code == 5
    shop.must("audit", "verify", state)
    assert shop.run("state", "gc", state, "--keep", "0").code == 64
    assert "has format" in shop.must("state", "upgrade", state).out
