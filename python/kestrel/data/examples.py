"""Examples of schemas are their tests: what is called valid is, what is called invalid is not."""

from __future__ import annotations

from collections.abc import Iterator

from kestrel.data.module import Module
from kestrel.ir.decls import Config, Example
from kestrel.text.diagnostic import Diagnostic, InvalidConfig
from kestrel.text.source import Span


def check_examples(module: Module) -> Iterator[Diagnostic]:
    """One diagnostic for each example of the file's schemas that is not what it says."""
    for example in module.file.module.examples:
        if example.at is not None and example.at[0] == 0:
            yield from _check(module, example)


def _check(module: Module, example: Example) -> Iterator[Diagnostic]:
    found = _diagnostics(module, example)
    errors = [d for d in found if d.severity == "error"]
    reasons = [f"{d.code}: {d.message}" for d in errors]
    if example.valid and errors:
        yield _diagnostic(module, example, "KS0510", reasons)
    elif not example.valid and not errors:
        yield _diagnostic(module, example, "KS0511", [])
    elif example.rule and not any(_is_of_rule(d, example.rule) for d in errors):
        yield _diagnostic(module, example, "KS0512", reasons)


def _diagnostics(module: Module, example: Example) -> tuple[Diagnostic, ...]:
    config = module.file.module.decls[example.config]
    assert isinstance(config, Config)
    try:
        module.snapshot(config)
    except InvalidConfig as error:
        return error.diagnostics
    return ()


def _is_of_rule(diagnostic: Diagnostic, rule: str) -> bool:
    return diagnostic.code in ("KS0501", "KS0502") and f"`{_short(rule)}`" in diagnostic.message


def _diagnostic(module: Module, example: Example, code: str, reasons: list[str]) -> Diagnostic:
    assert example.at is not None
    source, start, end = example.at
    span = Span(module.file.sources[source], start, end)
    rule = _short(example.rule)
    return Diagnostic.make(code, span, notes=reasons, title=example.title, rule=rule)


def _short(name: str) -> str:
    return name.rpartition(".")[2]
