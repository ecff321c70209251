"""The JSON form of diagnostics."""

from __future__ import annotations

from kestrel.text.as_json import diagnostic_to_dict
from kestrel.text.diagnostic import Diagnostic, Edit, Fix, Label
from kestrel.text.source import Source, Span


def test_columns_count_code_points_and_offsets_count_bytes() -> None:
    source = Source("a.ks", "é\n名 = x\n".encode())
    span = Span(source, 9, 10)
    made = diagnostic_to_dict(
        Diagnostic(
            "KS0001",
            "no",
            span,
            labels=(Label(Span(source, 0, 2), "here"),),
            notes=("n",),
            helps=("h",),
            fixes=(Fix("write y", (Edit(span, "y"),)),),
        )
    )
    place = {
        "start": {"line": 2, "column": 5, "offset": 9},
        "end": {"line": 2, "column": 6, "offset": 10},
    }
    first = {
        "start": {"line": 1, "column": 1, "offset": 0},
        "end": {"line": 1, "column": 2, "offset": 2},
    }
    assert made == {
        "code": "KS0001",
        "severity": "error",
        "domain": "syntax",
        "message": "no",
        "file": "a.ks",
        "span": place,
        "caret": "",
        "labels": [{"file": "a.ks", "span": first, "text": "here"}],
        "notes": ["n"],
        "helps": ["h"],
        "fixes": [{"message": "write y", "edits": [{"file": "a.ks", "span": place, "text": "y"}]}],
        "audit_id": None,
    }


def test_without_a_span_the_file_stays() -> None:
    made = diagnostic_to_dict(Diagnostic("KS0001", "no", file="gone.ks"))
    assert (made["file"], made["span"]) == ("gone.ks", None)
