"""A file with five seeded errors gives exactly five diagnostics, whatever the errors are."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from kestrel.check import check_source
from kestrel.text.diagnostic import Diagnostic
from kestrel.text.source import Source

GATEWAY = (Path(__file__).parent / "files" / "gateway.ks").read_text()

SEEDS: dict[str, tuple[str, str, str]] = {
    "unknown type": ("port: u16 where", "port: u61 where", "KS0101"),
    "unknown variant": ("Env = Env.Dev", "Env = Env.Dve", "KS0101"),
    "unknown field in a config": (
        "{ port: 8443 } }\n  session", "{ prt: 8443 } }\n  session", "KS0101",
    ),
    "unknown name in a rule": ("all(listeners, |l|", "all(listner, |l|", "KS0101"),
    "wrong type of a default": ("Path = \"/var", "Path = 7 + \"/var", "KS0112"),
    "literal out of range": ("u16 = 4 where", "u16 = 70000 where", "KS0111"),
    "field through an option": ("l.tls is Some", "l.tls.cert != \"\"", "KS0113"),
    "duplicate variant": ("| Warn | Error", "| Warn | Warn", "KS0102"),
    "unknown attribute": ("@danger", "@dagner", "KS0123"),
    "text where a duration is due": ("Duration = 30s", "Duration = \"30s\"", "KS0110"),
    "unclosed pattern bound": ("len(it) in 1..=64", "len(it) in 1..=\"x\"", "KS0112"),
    "missing bracket": ("peers: [Peer] = []", "peers: [Peer = []", "KS00"),
    "unknown rule of an example": ("(tls_in_prod) =", "(tls_in_pord) =", "KS0101"),
    "bad number": ("workers * 1024", "workers * 1024x", "KS00"),
    "misspelt keyword": ("compute max", "compote max", "KS00"),
    "unknown config": ("config prod = base", "config prod = bass", "KS0101"),
}  # fmt: skip


def found(text: str) -> list[Diagnostic]:
    return check_source(Source("gateway.ks", text.encode()), Path("gateway.ks")).diagnostics


@pytest.mark.parametrize("seed", SEEDS)
def test_one_error_gives_one_diagnostic(seed: str) -> None:
    before, after, code = SEEDS[seed]
    assert before in GATEWAY
    (diagnostic,) = found(GATEWAY.replace(before, after))
    assert diagnostic.code.startswith(code)


@pytest.mark.parametrize("round_", range(20))
def test_five_errors_give_five_diagnostics(round_: int) -> None:
    chosen = random.Random(round_).sample(sorted(SEEDS), 5)
    text = GATEWAY
    for seed in chosen:
        before, after, _ = SEEDS[seed]
        text = text.replace(before, after)
    codes = [d.code for d in found(text)]
    expected = [SEEDS[seed][2] for seed in chosen]
    assert len(codes) == 5, (chosen, codes)
    assert sorted(code[:4] for code in codes) == sorted(code[:4] for code in expected)
