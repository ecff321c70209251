"""Templates, called from Python and with texts from command lines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import kestrel

SOURCE = """
type Env = | Dev | Prod
type Peer = | Host(String, u16) | Any
type alias Name = String where it matches r"[a-z]+"
schema Listener { port: u16 where it >= 1024; host: String = "::"; idle: Duration = outer.idle }
schema Gateway {
  name: Name
  env: Env = Env.Dev
  idle: Duration = 30s
  listeners: Map<Name, Listener> where len(it) >= 1
  peers: [Peer] = []
  token: Option<Secret<String>>
  weight: f64 = 1
}
config base: Gateway = { name: "base", listeners: { main: { port: 2000 } } }
template service(
  name: Name, port: u16, env: Env = Env.Prod, tags: [String] = ["x"], idle: Option<Duration>,
  extra: Map<Name, Listener> = {}, token: Option<Secret<String>>, peer: Peer = Peer.Any
): Gateway = base with {
  name: name
  env: env
  listeners: merge(extra, { (name): { port: port } })
  idle: idle.or(1min)
  peers: tags.map(|t| Peer.Host(t, port)) + [peer]
  token: token
}
template failing(n: u16): Gateway = base with { weight: (10 / n) as f64 }
"""


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("templates") / "gateway.ks"
    file.write_text(SOURCE)
    return file


@pytest.fixture(scope="module")
def module(path: Path) -> kestrel.Module:
    return kestrel.load(path)


def document(snapshot: kestrel.Snapshot) -> Any:
    return json.loads(snapshot.to_json())


def test_the_names_of_templates_and_parameters(module: kestrel.Module) -> None:
    assert module.templates == ["service", "failing"]
    due = module.template("service").parameters
    assert list(due) == ["name", "port", "env", "tags", "idle", "extra", "token", "peer"]
    assert [name for name, is_due in due.items() if is_due] == ["name", "port"]


def test_defaults_are_the_templates_own(module: kestrel.Module) -> None:
    made = module.template("service")(name="web", port=9000)
    assert document(made) == {
        "name": "web",
        "env": "Prod",
        "idle": "1m",
        "listeners": {"web": {"port": 9000}},
        "peers": [{"Host": ["x", 9000]}, "Any"],
    }


def test_arguments_may_be_whatever_data_may_be(module: kestrel.Module) -> None:
    made = module.template("service")(
        name="web",
        port=9000,
        env="Dev",
        tags=["a", "b"],
        idle="5s",
        extra={"web": {"host": "x", "port": 1111}, "q": {"port": 3000}},
        token="env:T",
        peer={"Host": ["z", 1]},
    )
    assert document(made) == {
        "name": "web",
        "env": "Dev",
        "idle": "5s",
        "listeners": {"web": {"host": "x", "port": 9000}, "q": {"port": 3000}},
        "peers": [{"Host": ["a", 9000]}, {"Host": ["b", 9000]}, {"Host": ["z", 1]}],
        "token": "env:T",
    }
    assert made.listeners["q"].idle == 5_000_000_000


def test_texts_are_read_by_the_parameters_types(path: Path, module: kestrel.Module) -> None:
    given = {"name": "no", "port": "9000", "tags": "[a, '1']", "idle": "1h", "peer": "Any"}
    made = kestrel.render(f"{path}#service", given)
    assert document(made)["name"] == "no"
    assert document(made)["peers"] == [{"Host": ["a", 9000]}, {"Host": ["1", 9000]}, "Any"]
    assert kestrel.render(module.template("service"), {**given, "port": 9000}) == made


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ({"name": "web"}, "KS0445", "`port`"),
        ({"name": "web", "prt": 1, "port": 2000}, "KS0444", "`prt`"),
        ({"name": "WEB", "port": 2000}, "KS0408", '"WEB"'),
        ({"name": "web", "port": "x"}, "KS0401", "u16"),
        ({"name": "web", "port": 70000}, "KS0402", "70000"),
        ({"name": "web", "port": 80}, "KS0407", "80"),
        ({"name": "web", "port": 2000, "env": "Stage"}, "KS0409", "Stage"),
        ({"name": "web", "port": 2000, "extra": {"a": {}}}, "KS0404", "`port`"),
        ({"name": "web", "port": object()}, "KS0425", "object"),
    ],
)
def test_wrong_arguments(
    module: kestrel.Module, arguments: dict[str, Any], code: str, said: str
) -> None:
    with pytest.raises(kestrel.InvalidConfig) as caught:
        module.template("service")(**arguments)
    found = {d.code: d.message for d in caught.value.diagnostics}
    assert said in found[code]


def test_a_template_without_a_value(module: kestrel.Module) -> None:
    with pytest.raises(kestrel.InvalidConfig, match=r"KS0440.*division") as caught:
        module.template("failing")(n=0)
    span = caught.value.diagnostics[0].span
    assert span is not None
    assert span.text == "10 / n"


def test_no_such_template(path: Path, module: kestrel.Module) -> None:
    with pytest.raises(kestrel.InvalidSource, match="KS0430"):
        module.template("servce")
    with pytest.raises(kestrel.InvalidSource, match="KS0431"):
        kestrel.render(str(path), {})
