"""Verdicts are a promise: held against the truth on random pairs of schemas and random documents."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import kestrel
from kestrel.changes.judge import Judge
from kestrel.changes.schema_diff import SchemaDiff, diff
from tests.changes.pairs import Spec, common, compiled, documents, pairs, text_of

RANDOM = settings(
    max_examples=400,
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)
WHATEVER_THE_DATA = {"S09", "S45", "S47", "S51"}
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
@given(pair=pairs(), data=st.lists(documents(), min_size=15, max_size=15))
def test_verdicts_are_true(pair: tuple[Spec, Spec], data: list[Any]) -> None:
    texts = [text_of(spec) for spec in pair]
    old, new = map(compiled, texts)
    assume(old is not None and new is not None)
    assert old is not None
    assert new is not None
    found = diff(old, new)
    context = f"{texts[0]}\n{texts[1]}\n{told(found)}"
    for document in data:
        before, after = decoded(old, document), decoded(new, document)
        if before is not None and found.proved:
            assert after is not None, f"B: {document}\n{context}"
        if after is not None and found.readers_proved:
            assert before is not None, f"readers: {document}\n{context}"
        if before is not None and after is not None:
            if found.verdict in ("none", "docs", "compatible"):
                values = (json.loads(side.effective_json()) for side in (before, after))
                for path, a, b in common(*values):
                    assert a == b, f"meaning at {path}: {document}\n{context}"


@RANDOM
@given(pair=pairs(), data=st.lists(documents(), min_size=15, max_size=15))
def test_verdicts_on_data_have_witnesses(pair: tuple[Spec, Spec], data: list[Any]) -> None:
    texts = [text_of(spec) for spec in pair]
    old, new = map(compiled, texts)
    assume(old is not None and new is not None)
    assert old is not None
    assert new is not None
    given_old = [s for document in data if (s := decoded(old, document)) is not None]
    given_new = [s for document in data if (s := decoded(new, document)) is not None]
    assume(given_old)
    found = diff(old, new, data=given_old, new_data=given_new)
    context = f"{texts[0]}\n{texts[1]}\n{told(found)}"
    refused = [s for s in given_old if decoded(new, json.loads(s.to_json())) is None]
    if refused:
        assert found.verdict == "breaking", f"{refused[0].to_json()!r}\n{context}"
    else:
        broken = {f.rule for f in found if f.verdict == "breaking"}
        assert broken <= WHATEVER_THE_DATA | SPOILS, context
    unread = [s for s in given_new if decoded(old, json.loads(s.to_json())) is None]
    if unread:
        assert found.readers != "accept", f"{unread[0].to_json()!r}\n{context}"
    elif given_new:
        rejects = {f.rule for f in found if f.readers == "reject"}
        assert rejects <= WHATEVER_THE_DATA, context
