"""The steps of the demo, in order. Each runs real commands and looks at what really happened."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Callable
from typing import Any

import kestrel
from kestrel.demo.traffic import Traffic
from kestrel.demo.world import Unexpected, World

STATE = "runtime.state"
COPY = "copy.state"


def expect(holds: object, what: str) -> None:
    if not holds:
        raise Unexpected(f"this does not hold: {what}")


def check_the_files(world: World) -> None:
    world.run("kestrel-run", "lint", "gateway.ks", "morning.ks", "evening.ks")
    world.stage.observed("types, ranges, patterns and rules hold for every config in them")


def see_the_change(world: World) -> str:
    world.run("kestrel-run", "diff", "morning.ks", "evening.ks", "-o", "change.json")
    plan = json.loads((world.folder / "change.json").read_text("utf-8"))
    world.stage.observed(f"change.json is a plan; what it changes has the id {plan['audit_id']}")
    return str(plan["audit_id"])


def change_it_live(world: World, traffic: Traffic, audit_id: str) -> None:
    expect(traffic.wait_for("good morning"), "requests are answered with the morning's text")
    world.stage.observed("requests are running; the gateway answers `good morning`")
    ran = world.run("kestrel-run", "reload", STATE, "change.json", "--audit", show=False)
    result = ran.json["result"]
    world.stage.output(f"status {result['status']}, audit_id {result['audit_id']}")
    expect(result["status"] == "applied", "the change is applied")
    expect(result["audit_id"] == audit_id, "its audit id is the one that `diff` printed")
    expect(traffic.wait_for("good evening"), "requests are answered with the evening's text")
    expect(not traffic.failures, f"no request failed: {traffic.failures[:1]}")
    world.stage.observed(
        f"another port, another text: {traffic.total} requests so far, "
        f"{len(traffic.failures)} failed; the audit id is the one that `diff` gave"
    )


def break_a_rule(world: World, traffic: Traffic) -> None:
    world.run("kestrel-run", "reload", STATE, "broken.ks", exits=2)
    expect(traffic.wait_for("good evening"), "the gateway still answers as before")
    world.stage.observed("refused before anything was touched: two rules, each with its place")


def use_a_stale_plan(world: World) -> None:
    world.run("kestrel-run", "diff", "morning.ks", "taken.ks", "-o", "stale.json", show=False)
    world.run("kestrel-run", "reload", STATE, "stale.json", exits=5)
    world.stage.observed("a plan is bound to its base, and the base is no longer what runs")


def be_refused_by_the_program(world: World, traffic: Traffic, port: int) -> None:
    with socket.create_server(("127.0.0.1", port)):
        world.run("kestrel-run", "reload", STATE, "taken.ks", exits=5)
    expect(traffic.wait_for("good evening"), "the gateway still answers as before")
    world.stage.observed(f"no rule forbids it, but port {port} is taken: the gateway said no")


def roll_back(world: World, traffic: Traffic) -> None:
    world.run("kestrel-run", "reload", STATE, "--rollback")
    expect(traffic.wait_for("good morning"), "requests are answered with the morning's text again")
    expect(not traffic.failures, f"no request failed: {traffic.failures[:1]}")
    world.run("kestrel-run", "history", STATE)
    world.stage.observed(f"back on the first port: {traffic.total} requests, 0 failed")


def verify_the_audit_log(world: World) -> None:
    world.run("kestrel-run", "audit", "verify", STATE)
    world.stage.observed("every event's hash, and its link to the one before, is recomputed")


def tamper_with_a_copy(world: World) -> None:
    """Flip one bit of what the log says of the change that was applied."""
    event = _applied_event(world)
    said = f'"event":"{event["event"]}","event_id":"{event["event_id"]}"'.encode()
    original = (world.folder / STATE).read_bytes()
    places = [m.start() + said.index(b"reload") for m in re.finditer(re.escape(said), original)]
    place = next((place for place in places if _is_in_use(world, original, place)), None)
    expect(place is not None, "a byte of the event is found in the file, and verify misses it")
    world.stage.observed(f"byte {place} of a copy is changed, inside event {event['seq']}")
    ran = world.run("kestrel-run", "audit", "verify", COPY, exits=1)
    expect(f"event {event['seq']} " in ran.shown, "the event that was changed is named")
    world.stage.observed("found, and named; the state itself is untouched")


def _is_in_use(world: World, original: bytes, place: int) -> bool:
    """Write the copy with the byte changed. SQLite leaves old bytes behind where it moves rows; a
    change of those changes nothing, and verifies."""
    data = bytearray(original)
    data[place] ^= 1
    (world.folder / COPY).write_bytes(data)
    return world.attempt("kestrel-run", "audit", "verify", COPY).code != 0


def _applied_event(world: World) -> dict[str, Any]:
    lines = world.run("kestrel-run", "audit", "export", STATE, show=False).out.splitlines()
    events = [json.loads(line) for line in lines]
    found = [event for event in events if event["event"] == "kestrel.reload"]
    expect(len(found) == 1, "the log has one event of an applied change")
    event: dict[str, Any] = found[0]
    return event


def play(world: World, ports: list[int]) -> None:
    """All steps.

    Raises:
        Unexpected: at the first thing that is not as it should be.
    """
    stage, number = world.stage, iter(range(1, 100))

    def step(text: str, action: Callable[[], object]) -> object:
        stage.heading(next(number), text)
        return action()

    step("Check the files", lambda: check_the_files(world))
    audit_id = str(step("See what would change", lambda: see_the_change(world)))
    with world.gateway() as process:
        schema = kestrel.load(world.folder / "gateway.ks").schema("Gateway")
        with kestrel.Runtime.open(world.folder / STATE, schema=schema, read_only=True) as runtime:
            traffic = Traffic(runtime)
            traffic.start()
            try:
                title = f"Change it while process {process.pid} serves requests"
                step(title, lambda: change_it_live(world, traffic, audit_id))
                step("Try a change that breaks rules", lambda: break_a_rule(world, traffic))
                step("Try a stale plan", lambda: use_a_stale_plan(world))
                step(
                    "Ask for what the program cannot do",
                    lambda: be_refused_by_the_program(world, traffic, ports[2]),
                )
                step("Roll back", lambda: roll_back(world, traffic))
            finally:
                traffic.stop()
    step("Verify the audit log", lambda: verify_the_audit_log(world))
    step("Change one byte of a copy", lambda: tamper_with_a_copy(world))
