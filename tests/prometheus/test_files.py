"""The example schema against the configurations that Prometheus itself accepts and refuses."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

import kestrel
from kestrel.text.diagnostic import Diagnostic
from kestrel.text.render import render
from tests.conftest import Golden
from tests.prometheus.conftest import files, line_of, real_inputs, rule_of

HERE = Path(__file__).parent

REFUSED: dict[str, tuple[tuple[int, str], ...]] = {
    "bearertoken.bad.yml": ((5, "one_authentication"),),
    "dropequal1.bad.yml": ((6, "equal_takes_no_regex"),),
    "empty_alertmanager_relabel_config.bad.yml": ((4, "KS0406"),),
    "empty_rr_config.bad.yml": ((2, "KS0406"),),
    "empty_rw_relabel_config.bad.yml": ((4, "KS0406"),),
    "empty_scrape_config_action.bad.yml": ((4, "KS0406"),),
    "empty_target_relabel_config.bad.yml": ((4, "KS0406"),),
    "http_url_bad_scheme.bad.yml": ((2, "has_job_name"), (3, "url_is_http")),
    "http_url_no_scheme.bad.yml": ((2, "has_job_name"), (3, "url_is_http")),
    "jobname_dup.bad.yml": ((7, "KS0412"),),
    "keepequal1.bad.yml": ((6, "equal_takes_no_regex"),),
    "kubernetes_authorization_basicauth.bad.yml": ((10, "one_authentication"),),
    "kubernetes_bearertoken_basicauth.bad.yml": ((9, "one_authentication"),),
    "kubernetes_http_config_without_api_server.bad.yml": ((5, "client_has_server"),),
    "kubernetes_kubeconfig_with_http_config.bad.yml": ((6, "kubeconfig_is_client"),),
    "kubernetes_role.bad.yml": ((4, "KS0409"),),
    "kubernetes_selectors_endpoints.bad.yml": ((6, "selectors_fit"),),
    "kubernetes_selectors_pod.bad.yml": ((9, "selectors_fit"),),
    "labeldrop2.bad.yml": ((4, "names_take_no_modulus"),),
    "labeldrop4.bad.yml": ((4, "names_take_no_replacement"),),
    "labelkeep.bad.yml": ((4, "names_take_no_source"),),
    "labelkeep3.bad.yml": ((4, "names_take_no_separator"),),
    "labelkeep5.bad.yml": ((4, "names_take_no_target"),),
    "labelname.bad.yml": ((3, "KS0416"),),
    "lowercase3.bad.yml": ((7, "case_keeps_replacement"),),
    "modulus_missing.bad.yml": ((5, "hashmod_has_modulus"), (5, "action_has_target")),
    "otlp_allow_utf8.bad.yml": ((4, "KS0409"),),
    "otlp_promote_all_resource_attributes.bad.yml": (
        (3, "promotes_once"),
        (3, "promoted_are_unique"),
    ),
    "regex.bad.yml": ((4, "KS0411"),),
    "remote_read_header.bad.yml": ((5, "own_headers"),),
    "remote_write_authorization_header.bad.yml": ((5, "no_authorization_header"),),
    "remote_write_header.bad.yml": ((5, "own_headers"),),
    "remote_write_queue_max_backoff_less_than_min.bad.yml": ((5, "backoffs_in_order"),),
    "remote_write_queue_max_shards_zero.bad.yml": ((4, "positive_max_shards"),),
    "remote_write_queue_min_shards_zero.bad.yml": ((4, "positive_min_shards"),),
    "remote_write_url_missing.bad.yml": ((2, "has_url"),),
    "scrape_body_size_limit.bad.yml": ((3, "KS0411"),),
    "scrape_config_utf8_conflicting.bad.yml": ((3, "global_escaping_fits"),),
    "static_config.bad.yml": ((4, "KS0416"),),
    "target_label_missing.bad.yml": ((4, "action_has_target"),),
    "tracing_invalid_compression.bad.yml": ((4, "KS0409"),),
    "tracing_missing_endpoint.bad.yml": ((1, "has_endpoint"),),
    "tsdb_chunk_encoding_floats_wrong_case.bad.yml": ((4, "KS0409"),),
    "tsdb_retention_percentage.bad.yml": ((4, "percentage_in_range"),),
    "tsdb_retention_percentage_negative.bad.yml": ((4, "percentage_in_range"),),
    "tsdb_retention_time.bad.yml": ((4, "KS0411"),),
    "unknown_global_attr.bad.yml": ((2, "KS0403"),),
    "uppercase3.bad.yml": ((7, "case_keeps_replacement"),),
}
"""What is wrong with each file, by hand: the lines, and the rules or codes."""

needs_data = pytest.mark.skipif(not files("good"), reason=f"no real inputs at {real_inputs()}")


@needs_data
@pytest.mark.parametrize("path", [*files("good"), *files("history")], ids=lambda path: path.name)
def test_what_prometheus_accepts(prometheus: kestrel.Schema, path: Path) -> None:
    config = prometheus.load(path)
    again = prometheus.decode(config.to_json())
    assert again == config
    assert again.effective_json() == config.effective_json()


@needs_data
@pytest.mark.parametrize("path", files("bad"), ids=lambda path: path.name)
def test_what_prometheus_refuses(prometheus: kestrel.Schema, path: Path) -> None:
    with pytest.raises(kestrel.InvalidConfig) as caught:
        prometheus.load(path)
    reports = [(line_of(report), rule_of(report)) for report in caught.value.diagnostics]
    assert tuple(reports) == REFUSED.get(path.name, tuple(reports))


@needs_data
def test_what_is_said_of_them(prometheus: kestrel.Schema, golden: Golden) -> None:
    """The whole report of each, to be read by someone who knows Prometheus and not Kestrel."""
    said: list[str] = []
    for path in files("bad"):
        with pytest.raises(kestrel.InvalidConfig) as caught:
            prometheus.load(path)
        said += (said_of(report, path) for report in caught.value.diagnostics)
    golden(HERE / "refused.txt", "\n".join(said))


def said_of(report: Diagnostic, path: Path) -> str:
    """The report without where the schema says so, which moves with the schema."""
    labels = (label for label in report.labels if label.text != "the schema says so here")
    own = msgspec.structs.replace(report, labels=tuple(labels))
    return render(own).replace(str(path), path.name)


def test_the_history_as_changes(
    prometheus: kestrel.Schema, history: list[Path], golden: Golden
) -> None:
    for old, new in pairwise(history):
        a, b = prometheus.load(old), prometheus.load(new)
        changes = kestrel.compare(a, b)
        assert kestrel.apply_diff(a, changes) == b
        lines = [_line(change) for change in changes]
        golden(HERE / f"{old.stem}-{new.stem}.txt", "\n".join(lines) + "\n")


def _line(change: dict[str, object]) -> str:
    return f"{change['op']} {change.get('key_path', change['path'])}"
