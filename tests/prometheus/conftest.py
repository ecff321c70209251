"""Where Prometheus's own test data are: not in this repository."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

import kestrel
from kestrel.text.diagnostic import Diagnostic

ROOT = Path(__file__).parents[2]


def real_inputs() -> Path:
    """The folder of real inputs: `KESTREL_TEST_DATA`, or `shared/data` beside the checkout."""
    given = os.environ.get("KESTREL_TEST_DATA")
    places = (
        [Path(given)] if given else [ROOT.parent / "shared/data", ROOT.parents[1] / "shared/data"]
    )
    return next((place for place in places if place.is_dir()), places[0]) / "prometheus"


def files(folder: str) -> list[Path]:
    return sorted((real_inputs() / folder).glob("*.yml"))


def rule_of(report: Diagnostic) -> str:
    """The name of the rule that does not hold; of what is no rule, the code."""
    rule = re.match(r"rule `(\w+)` does not hold", report.message)
    return rule[1] if rule else report.code


def line_of(report: Diagnostic) -> int:
    assert report.span is not None
    return report.span.first.line


@pytest.fixture(scope="session")
def prometheus() -> kestrel.Schema:
    return kestrel.load(ROOT / "examples/prometheus/prometheus.ks").schema("Prometheus")


@pytest.fixture(scope="session")
def history() -> list[Path]:
    """The newest three versions of Prometheus's Kubernetes example, oldest first."""
    found = [path for path in files("history") if path.name.startswith("kubernetes_")][-3:]
    if len(found) < 3:
        pytest.skip(f"no real inputs at {real_inputs()}")
    return found
