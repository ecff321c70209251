"""Verdicts are a promise: held against the truth on random pairs of schemas and documents."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import kestrel
from kestrel.changes.judge import Judge
from kestrel.changes.schema_diff import SchemaDiff, diff
from tests.changes import pairs

RANDOM = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
WHATEVER_THE_DATA = {"S09", "S45", "S47", "S51"}
Read = kestrel.Snapshot | None
SPOILS = {"S12", "S34"}
"""Rows for which data that are accepted count as broken: they mean another thing."""


def decoded(schema: kestrel.Schema, data: Any) -> kestrel.Snapshot | None:
    try:
        return schema.decode(json.dumps(data))
    except kestrel.InvalidConfig:
        return None


def told(found: SchemaDiff) -> str:
    return "\n".join(map(repr, found))


@pytest.fixture(autouse=True)
def no_excuses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every refusal is foreseen by an event that says so."""

    def fail(judge: Judge, found: object) -> object:
        raise AssertionError(f"{judge.upgrade.refusals} was foreseen by none of {found}")

    monkeypatch.setattr(Judge, "_witnessed", fail)


@RANDOM
@given(random=st.randoms(use_true_random=True))
def test_verdicts_are_true(random: Random) -> None:
    pair = pairs.pair(random)
    texts = [pairs.text_of(spec) for spec in pair]
    old, new = map(pairs.compiled, texts)
    assume(old is not None and new is not None)
    assert old is not None
    assert new is not None
    made = [pairs.document(random.choice(pair), random) for _ in range(40)]
    read = [(decoded(old, document), decoded(new, document)) for document in made]
    try:
        promises_are_kept(diff(old, new), read)
        olds, news = ([side for side in sides if side is not None] for sides in zip(*read))  # noqa: B905
        if olds:
            data_have_the_say(diff(old, new, data=olds, new_data=news), old, new, olds, news)
    except AssertionError as error:
        error.add_note("\n".join((*texts, told(diff(old, new)))))
        raise


def promises_are_kept(found: SchemaDiff, read: list[tuple[Read, Read]]) -> None:
    """Without data: what is said to be proved, and that nothing changes its meaning unsaid."""
    for before, after in read:
        if before is not None and found.proved:
            assert after is not None, before.to_json()
        if after is not None and found.readers_proved:
            assert before is not None, after.to_json()
        if before is None or after is None or found.verdict in ("behavioural", "breaking"):
            continue
        values = (json.loads(side.effective_json()) for side in (before, after))
        for path, a, b in pairs.common(*values):
            assert a == b, (path, before.to_json())


def data_have_the_say(
    found: SchemaDiff,
    old: kestrel.Schema,
    new: kestrel.Schema,
    olds: list[kestrel.Snapshot],
    news: list[kestrel.Snapshot],
) -> None:
    """With data: breaking and reject have a witness, and a witness makes them so."""
    refused = [side for side in olds if decoded(new, json.loads(side.to_json())) is None]
    breaking = {finding.rule for finding in found if finding.verdict == "breaking"}
    if refused:
        assert breaking, refused[0].to_json()
    else:
        assert breaking <= WHATEVER_THE_DATA | SPOILS
    unread = [side for side in news if decoded(old, json.loads(side.to_json())) is None]
    if unread:
        assert found.readers != "accept", unread[0].to_json()
    elif news:
        assert {f.rule for f in found if f.readers == "reject"} <= WHATEVER_THE_DATA
