"""The gateway of the language's own example: it checks, and its IR is what the core needs."""

from __future__ import annotations

from pathlib import Path

from kestrel.check import load
from kestrel.ir import canon
from kestrel.ir.decls import Config, Fn, Module, Record
from kestrel.ir.exprs import Call, Op, Update
from kestrel.ir.types import Named

GATEWAY = Path(__file__).parent / "files" / "gateway.ks"


def gateway() -> Module:
    module, diagnostics = load(GATEWAY)
    assert diagnostics == []
    assert module is not None
    return module


def test_names_are_full_and_the_bundle_is_closed() -> None:
    made = canon.bundle(gateway(), Named("gateway.Gateway"))
    names = [decl.name.removeprefix("gateway.") for decl in made.decls]
    assert names == ["Env", "Gateway", "Level", "Listener", "Peer", "Tls", "UserId"]


def test_extends_includes_the_fields_of_the_base_first() -> None:
    record = gateway().decls["gateway.Gateway"]
    assert isinstance(record, Record)
    assert [field.name for field in record.fields][:3] == ["name", "owner", "env"]
    assert record.version == (2, 1)
    assert record.extends == "gateway.Base"


def test_attributes_reach_the_fields() -> None:
    record = gateway().decls["gateway.Gateway"]
    assert isinstance(record, Record)
    fields = {field.name: field for field in record.fields}
    assert fields["request_timeout"].renamed_from == ("timeout",)
    assert fields["data_dir"].reload == "restart"
    assert fields["session_store"].danger == "drops live sessions"
    assert fields["listeners"].reload == "hot"


def test_configs_and_templates() -> None:
    decls = gateway().decls
    prod, extra, service = (decls[f"gateway.{n}"] for n in ("prod", "extra", "service"))
    assert isinstance(prod, Config)
    assert isinstance(prod.value, Update)
    assert prod.type == Named("gateway.Gateway")
    assert isinstance(extra, Config)
    assert isinstance(extra.value, Call)
    assert isinstance(service, Fn)


def test_examples_are_configs_with_what_they_expect() -> None:
    module = gateway()
    (example,) = module.examples
    assert (example.valid, example.rule) == (False, "gateway.Gateway.tls_in_prod")
    assert isinstance(module.decls[example.config], Config)


def test_a_message_names_the_entry_that_failed() -> None:
    record = gateway().decls["gateway.Gateway"]
    assert isinstance(record, Record)
    message = record.rules[0].message
    assert isinstance(message, Op)
    assert "entry.key" in canon.encode(message).decode()
