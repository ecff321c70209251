"""Several modules by `use`: what is found, what is refused, and where files are looked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from kestrel.check import load
from kestrel.ir.decls import Record
from kestrel.ir.types import Named

COMMON = """schema Tls { cert: Path }
type Region = | East | West
type alias Port = u16 where it >= 1024
config local: Tls = { cert: "/x" }
fn double(n: u32) -> u32 { n * 2 }
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "kestrel.toml").write_text("")
    (tmp_path / "edge").mkdir()
    (tmp_path / "edge" / "common.ks").write_text(COMMON)
    return tmp_path


def codes(folder: Path, text: str, name: str = "edge/gateway.ks") -> list[str]:
    (folder / name).write_text(text)
    return [d.code for d in load(folder / name).diagnostics]


@pytest.mark.parametrize(
    "uses",
    [
        "use edge.common.{Tls, Region as Zone, Port, local, double}",
        "use edge.common.Tls\nuse edge.common.Region as Zone\nuse edge.common.Port\n"
        "use edge.common.local\nuse edge.common.double",
    ],
)
def test_items_are_brought_in(project: Path, uses: str) -> None:
    text = f"""module edge.gateway
{uses}
schema Gateway {{
  tls: Tls
  zone: Zone = Zone.East
  port: Port = 8443
  compute doubled: u32 = double(port)
}}
config base: Gateway = {{ tls: local }}
"""
    assert codes(project, text) == []


def test_a_module_is_a_name_space(project: Path) -> None:
    text = """use edge.common as c
schema Gateway {
  tls: c.Tls
  zone: c.Region = c.Region.East
  full: edge.common.Port = 2000
  compute doubled: u32 = c.double(2)
}
config base: Gateway = { tls: c.local }
"""
    assert codes(project, text) == []
    module, _ = load(project / "edge" / "gateway.ks")
    assert module is not None
    record = module.decls["Gateway"]
    assert isinstance(record, Record)
    assert record.fields[0].type == Named("edge.common.Tls")
    assert [Path(name).name for name in module.sources] == ["gateway.ks", "common.ks"]


def test_an_unknown_item_silences_its_uses(project: Path) -> None:
    text = """use edge.common.{Tsl}
schema Gateway {
  tls: Tsl
  other: [Tsl]
}
"""
    (project / "edge" / "gateway.ks").write_text(text)
    (diagnostic,) = load(project / "edge" / "gateway.ks").diagnostics
    assert diagnostic.code == "KS0101"
    assert diagnostic.helps == ("did you mean `Tls`?",)


def test_a_missing_module(project: Path) -> None:
    assert codes(project, "use edge.comon.{Tls}\nschema G { tls: Tls }\n") == ["KS0103"]
    assert codes(project, "use edge.comon as c\nschema G { tls: c.Tls }\n") == ["KS0103"]


def test_a_module_that_uses_itself(project: Path) -> None:
    text = "module edge.gateway\nuse edge.gateway.{G}\nschema G { a: u8 }\n"
    assert codes(project, text) == ["KS0104"]


def test_modules_stay_in_the_project(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret.ks").write_text("schema S { a: u8 }\n")
    (project / "edge" / "link").symlink_to(outside)
    assert codes(project, "use edge.link.secret.{S}\nschema G { s: S }\n") == ["KS0105"]


def test_the_name_that_is_used_is_the_name_that_is_declared(project: Path) -> None:
    (project / "edge" / "odd.ks").write_text("module edge.even\nschema S { a: u8 }\n")
    assert codes(project, "use edge.odd.{S}\nschema G { s: S }\n") == ["KS0105"]


def test_errors_of_a_used_module_point_into_its_file(project: Path) -> None:
    (project / "edge" / "bad.ks").write_text("schema S { a: u61 }\n")
    (project / "edge" / "gateway.ks").write_text("use edge.bad.{S}\nschema G { s: S }\n")
    (diagnostic,) = load(project / "edge" / "gateway.ks").diagnostics
    assert diagnostic.span is not None
    assert Path(diagnostic.span.source.name).name == "bad.ks"


def test_without_a_project_the_module_line_gives_the_root(tmp_path: Path) -> None:
    (tmp_path / "edge").mkdir()
    (tmp_path / "edge" / "common.ks").write_text(COMMON)
    text = "module edge.gateway\nuse edge.common.{Tls}\nschema G { tls: Tls }\n"
    assert codes(tmp_path, text) == []


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    module, diagnostics = load(tmp_path / "none.ks")
    assert module is None
    assert [d.code[:4] for d in diagnostics] == ["KS08"]


def test_two_names_alike(project: Path) -> None:
    text = "use edge.common.{Tls}\nschema Tls { a: u8 }\n"
    assert codes(project, text) == ["KS0102"]


def test_two_files_may_hold_two_versions_of_a_module(project: Path) -> None:
    for name in ("old.ks", "new.ks"):
        (project / name).write_text("module edge.gateway\nschema G { a: u8 }\n")
        loaded = load(project / name)
        assert not loaded.diagnostics
        assert loaded.module is not None
        assert loaded.module.name == "edge.gateway"
