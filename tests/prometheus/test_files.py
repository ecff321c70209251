"""The example schema against the configurations that Prometheus itself accepts and refuses."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

import kestrel
from tests.conftest import Golden
from tests.prometheus.conftest import files, real_inputs

HERE = Path(__file__).parent

NOT_RULED = {
    "scrape_body_size_limit.bad.yml": "a size may be a plain number of bytes",
}
"""Files that Prometheus refuses for reasons that the schema does not state."""

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
    if path.name in NOT_RULED:
        pytest.skip(NOT_RULED[path.name])
    with pytest.raises(kestrel.InvalidConfig) as caught:
        prometheus.load(path)
    assert all(found.span is not None for found in caught.value.diagnostics)


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
