"""Are a state's metrics where Prometheus looks for them, and within their objectives?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from kestrel.checklists.items import Item, Unmet, look, not_tried
from kestrel.checklists.objectives import Objective
from kestrel.runtime.metrics.exporter import Metrics, families
from kestrel.runtime.metrics.figures import Figures
from kestrel.text.diagnostic import Diagnostic, KestrelError

DEFAULT_URL = "http://127.0.0.1:9464/metrics"
"""Where the documentation has `kestrel-run metrics` listen."""
SECONDS = 5.0
LIMIT = 16 << 20
"""Bytes of an answer; a program may serve metrics of its own beside these."""

REACHABLE = "metrics are reachable"
WHOLE = "every metric is there"
OWN = "they are of this state"

Samples = dict[str, list[tuple[dict[str, str], float]]]


def check(path: str, url: str, objectives: Sequence[Objective]) -> Iterator[Item]:
    """Look at the metrics of the state at `path`, as `url` gives them.

    Raises:
        StateError: there is no state that can be read.
    """
    with closing(Metrics(path)) as metrics:
        before = metrics.figures()
        found: list[Samples] = []
        yield look(url, REACHABLE, lambda: _fetch(url, found))
        after = metrics.figures()
        if found:
            yield look(url, WHOLE, lambda: _whole(found[0], before))
            yield look(url, OWN, lambda: _own(found[0], before, after))
        else:
            yield not_tried(url, WHOLE, "they cannot be had")
            yield not_tried(url, OWN, "they cannot be had")
        for one in objectives:
            yield look(path, f"{one.name} is within its objective", partial(one.look, after))


def check_url(given: str) -> str:
    """Raises KestrelError (KS0934) if it is no http or https URL."""
    try:
        parts = urlsplit(given)
        good = parts.scheme in ("http", "https") and parts.hostname and (parts.port or 1)
    except ValueError:
        good = None
    if not good or not given.isascii() or " " in given:
        why = "it is no URL that begins with http:// or https://"
        raise KestrelError([Diagnostic.make("KS0934", given=given, why=why)])
    return given


def _fetch(url: str, found: list[Samples]) -> str:
    """Keep what is there in `found`."""
    import http.client
    import urllib.error
    import urllib.request

    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=SECONDS) as answer:
            data = answer.read(LIMIT + 1)
    except urllib.error.HTTPError as error:
        with error:
            body = error.read(500).decode("utf-8", "replace").strip()
        raise Unmet(
            f"{error.code} {error.reason}: {body.splitlines()[0] if body else ''}"
        ) from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        cause = getattr(error, "reason", error)
        why = getattr(cause, "strerror", None) or cause
        raise Unmet(f"{why}; `kestrel-run metrics STATE --listen` serves them") from None
    if len(data) > LIMIT:
        raise Unmet(f"the answer is larger than {LIMIT >> 20} MiB")
    samples = _parsed(data)
    found.append(samples)
    ours = sum(len(rows) for name, rows in samples.items() if name.startswith("kestrel_"))
    return f"200, {ours} samples"


def _parsed(data: bytes) -> Samples:
    from prometheus_client.parser import text_string_to_metric_families

    samples: Samples = {}
    try:
        for family in text_string_to_metric_families(data.decode()):
            for one in family.samples:
                samples.setdefault(one.name, []).append((one.labels, one.value))
    except (ValueError, KeyError, IndexError, UnicodeDecodeError):
        raise Unmet("what is there is no text of metrics") from None
    return samples


def _whole(samples: Samples, figures: Figures) -> str:
    wanted = {sample.name for family in families(figures) for sample in family.samples}
    if missing := sorted(wanted - samples.keys()):
        raise Unmet(f"missing: {', '.join(missing)}")
    return f"{len(wanted)} names"


def _own(samples: Samples, before: Figures, after: Figures) -> str:
    """More than one state may be served at one place: then one of them is this one."""
    digests = {(f.schema, f.document) for f in (before, after)}
    info = _rows(samples, "config_hash_info")
    served = {(labels.get("schema"), labels.get("document")) for labels, _ in info}
    if not digests & served:
        raise Unmet("another config runs there")
    seqs = [int(value) for _, value in _rows(samples, "audit_seq")]
    if not any(before.seq <= seq <= after.seq for seq in seqs):
        raise Unmet(f"event {_listed(seqs)} is the last there, and {after.seq} is here")
    return f"event {after.seq} is the last, config {after.document[:16]}…"


def _listed(numbers: list[int]) -> str:
    return " or ".join(map(str, numbers)) or "none"


def _rows(samples: Samples, name: str) -> list[tuple[dict[str, Any], float]]:
    return [(dict(labels), value) for labels, value in samples.get(f"kestrel_{name}", [])]
