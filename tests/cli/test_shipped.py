"""The dashboard and the alert rules ask for what the exporter gives, by the names it gives it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import promql_parser as promql
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from kestrel import compiler
from kestrel.cli.metrics import read_shipped
from kestrel.runtime.metrics.exporter import Metrics
from kestrel.runtime.runtime import Runtime
from tests.cli.conftest import Shop
from tests.runtime.programs import config, step

RULES = Path(__file__).parents[2] / "examples" / "prometheus" / "rules.ks"
SCRAPED = {"job", "instance"}
"""Labels that Prometheus adds to whatever it scrapes."""
GRAFANA = {"$__rate_interval": "5m", "$job": "a", "$instance": "b", "$datasource": "c"}

DASHBOARD: dict[str, Any] = json.loads(read_shipped("dashboard"))
ALERTS: dict[str, Any] = yaml.safe_load(read_shipped("alerts"))


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, set[str]]]:
    """What the exporter really gives: names of samples, their labels, the labels' values."""
    folder = tmp_path_factory.mktemp("state", numbered=True)
    folder.chmod(0o700)
    found: dict[str, dict[str, set[str]]] = {}
    with Runtime.open(folder / "s.state", initial=config(1)) as rt:
        rt.reload(step(1, 2))
        metrics = Metrics(folder / "s.state")
        for family in text_string_to_metric_families(metrics.text()[0].decode()):
            for sample in family.samples:
                labels = found.setdefault(sample.name, {})
                for label, value in sample.labels.items():
                    labels.setdefault(label, set()).add(value)
        metrics.close()
    return found


def queries() -> list[str]:
    """Every expression of the dashboard and of the rules."""
    panels = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
    notes = [one["expr"] for one in DASHBOARD["annotations"]["list"]]
    rules = [rule["expr"] for group in ALERTS["groups"] for rule in group["rules"]]
    return [*panels, *notes, *rules]


def plain(query: str) -> str:
    """The query as Prometheus gets it, Grafana's variables filled in."""
    for name, value in GRAFANA.items():
        query = query.replace(name, value)
    return query


def selectors(node: Any) -> list[Any]:
    """All vector selectors in a parsed expression."""
    if isinstance(node, promql.VectorSelector):
        return [node]
    if isinstance(node, promql.MatrixSelector):
        return [node.vector_selector]
    parts = [getattr(node, name, None) for name in ("expr", "lhs", "rhs", "param")]
    parts += list(getattr(node, "args", None) or [])
    return [one for part in parts if part is not None for one in selectors(part)]


def grouped(node: Any) -> set[str]:
    """Labels that an aggregation groups by."""
    found: set[str] = set()
    modifier = getattr(node, "modifier", None)
    if isinstance(node, promql.AggregateExpr) and modifier is not None:
        found |= set(modifier.labels)
    parts = [getattr(node, name, None) for name in ("expr", "lhs", "rhs")]
    parts += list(getattr(node, "args", None) or [])
    return found.union(*(grouped(part) for part in parts if part is not None))


@pytest.mark.parametrize("query", queries())
def test_a_query_asks_for_what_is_exported(
    query: str, exported: dict[str, dict[str, set[str]]]
) -> None:
    parsed = promql.parse(plain(query))
    asked = selectors(parsed)
    assert asked
    for selector in asked:
        assert selector.name in exported, selector.name
        labels = exported[selector.name]
        for matcher in selector.matchers.matchers:
            assert matcher.name in labels.keys() | SCRAPED
            if matcher.name in labels:
                for value in matcher.value.split("|"):
                    assert value in labels[matcher.name], value
    known = set().union(*(exported[one.name].keys() for one in asked)) | SCRAPED
    assert grouped(parsed) <= known


def test_a_wrong_name_would_be_found(exported: dict[str, dict[str, set[str]]]) -> None:
    for wrong in ("kestrel_reloads_total", 'kestrel_reload_total{state="applied"}'):
        with pytest.raises(AssertionError):
            test_a_query_asks_for_what_is_exported(wrong, exported)


def test_every_metric_is_used(exported: dict[str, dict[str, set[str]]]) -> None:
    asked = {one.name for query in queries() for one in selectors(promql.parse(plain(query)))}
    assert exported.keys() == asked


def test_legends_and_templates_name_labels_that_are_there() -> None:
    said = [t["legendFormat"] for panel in DASHBOARD["panels"] for t in panel["targets"]]
    assert set(re.findall(r"{{(\w+)}}", " ".join(said))) <= SCRAPED | {"status"}
    rules = [rule for group in ALERTS["groups"] for rule in group["rules"]]
    words = " ".join(text for rule in rules for text in rule["annotations"].values())
    assert set(re.findall(r"\$labels\.(\w+)", words)) <= SCRAPED


def test_the_dashboard_is_whole() -> None:
    panels = DASHBOARD["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    for panel in panels:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
    variables = {one["name"] for one in DASHBOARD["templating"]["list"]}
    used = set(re.findall(r"\$\{?([a-z]\w*)", json.dumps(DASHBOARD)))
    assert used == variables


@pytest.mark.skipif(shutil.which("promtool") is None, reason="Prometheus is not installed")
def test_prometheus_takes_the_alert_rules(tmp_path: Path) -> None:
    file = tmp_path / "alerts.yaml"
    file.write_text(read_shipped("alerts"), "utf-8")
    done = subprocess.run(["promtool", "check", "rules", file], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_alert_rules_are_a_rule_file(shop: Shop) -> None:
    shop.write("alerts.yaml", shop.must("metrics", "--alerts").out)
    assert compiler.lint([str(shop.folder / "alerts.yaml")], f"{RULES}#RuleFile") == []
    assert json.loads(shop.must("metrics", "--dashboard").out) == DASHBOARD
