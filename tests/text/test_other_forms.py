"""SARIF and GitHub's workflow commands."""

from __future__ import annotations

import json

from kestrel.text.diagnostic import Diagnostic
from kestrel.text.github import render_github
from kestrel.text.sarif import render_sarif
from kestrel.text.source import Source, Span

FOUND = [
    Diagnostic(
        "KS0001", "é is wrong", Span(Source("a,b.ks", "é x\n".encode()), 0, 2), helps=("h",)
    ),
    Diagnostic("KS0902", "100%\n::error::no", audit_id="some-id"),
    Diagnostic("KS0001", "gone", file="gone.ks"),
]


def test_sarif_has_places_in_code_points_and_bytes() -> None:
    (run,) = json.loads(render_sarif(FOUND, "1.2"))["runs"]
    assert run["tool"]["driver"]["version"] == "1.2"
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["KS0001", "KS0902"]
    first, second, third = run["results"]
    assert first["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "a,b.ks"},
        "region": {
            "startLine": 1,
            "startColumn": 1,
            "endLine": 1,
            "endColumn": 2,
            "byteOffset": 0,
            "byteLength": 2,
        },
    }
    assert first["message"]["text"] == "é is wrong\nh"
    assert "locations" not in second
    assert second["properties"] == {"audit_id": "some-id"}
    assert third["locations"][0]["physicalLocation"] == {"artifactLocation": {"uri": "gone.ks"}}


def test_workflow_commands_are_one_line_each_and_escaped() -> None:
    assert render_github(FOUND).splitlines() == [
        "::error title=KS0001,file=a%2Cb.ks,line=1,col=1,endLine=1,endColumn=2::"
        "é is wrong%0Ahelp: h",
        "::error title=KS0902::100%25%0A::error::no",
        "::error title=KS0001,file=gone.ks::gone",
    ]
