"""Writing a config out as JSON, YAML or TOML, so that reading it gives the same document."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from kestrel._core import Snapshot
from kestrel.data.pointers import step
from kestrel.data.secrets import literal_places
from kestrel.text.diagnostic import Diagnostic, InvalidConfig

Emitter = Callable[[Any], str]

NUMBER = (
    r"[-+]?(0x[0-9a-f_]+|0[ob]?[0-9_]+"
    r"|[0-9][0-9_,]*(:[0-9_]+)*(\.[0-9_]*)?(e[-+]?[0-9]+)?|\.[0-9_]+(e[-+]?[0-9]+)?)"
)
AMBIGUOUS = re.compile(
    rf"{NUMBER}|\d{{4}}-\d\d?-\d\d?.*|[-+]?\.(inf|nan)|~|null|true|false|yes|no|on|off|y|n|<<|=",
    re.I | re.S,
)
"""Texts that some version of YAML takes for something else where they stand without quotes."""

BREAKS = re.compile(r"[\r\t\x85\u2028\u2029\ufeff]|^[ \n]|[ \n]\n|\n[ \n]|[ ]$")
"""What keeps a text of several lines from being shown as such."""


def export(snapshot: Snapshot, form: str, *, effective: bool = False) -> str:
    """A config's document, or its effective value, in a form of `FORMS`.

    Secrets are written as references.

    Raises:
        InvalidConfig: KS0460, it has a literal secret; KS0461, TOML cannot say it.
    """
    text = snapshot.effective_json() if effective else snapshot.to_json()
    refuse_literals(snapshot, effective)
    return FORMS[form](json.loads(text))


def refuse_literals(snapshot: Snapshot, effective: bool = False) -> None:
    """A secret is never written out.

    Raises:
        InvalidConfig: KS0460, for each that stands in the config itself.
    """
    places = literal_places(snapshot, effective)
    if places:
        raise InvalidConfig([Diagnostic.make("KS0460", path=place or "/") for place in places])


def to_json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def to_yaml(value: Any) -> str:
    import yaml

    options: dict[str, Any] = {"allow_unicode": True, "sort_keys": False, "width": 1 << 20}
    text: str = yaml.dump(value, Dumper=_dumper(), default_flow_style=False, **options)
    return text.removesuffix("...\n")


@cache
def _dumper() -> Any:
    """PyYAML's, with texts in quotes wherever another reader could take them for something else."""
    import yaml

    class Dumper(yaml.CSafeDumper):
        def ignore_aliases(self, data: Any) -> bool:
            return True

    def text(dumper: Any, value: str) -> Any:
        style = None
        if AMBIGUOUS.fullmatch(value):
            style = '"'
        elif "\n" in value:
            style = '"' if BREAKS.search(value) else "|"
        elif not value.isprintable():
            style = '"'
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)

    Dumper.add_representer(str, text)
    return Dumper


def to_toml(value: Any) -> str:
    import tomli_w

    wrong = [Diagnostic.make("KS0461", path=path or "/", what=what) for path, what in unsaid(value)]
    if wrong:
        raise InvalidConfig(wrong)
    return tomli_w.dumps(value)


def unsaid(value: Any) -> Iterator[tuple[str, str]]:
    """JSON Pointers of what TOML has no way to say, and what that is."""
    if not isinstance(value, dict):
        yield "", "no table"
        return
    pending: list[tuple[str, Any]] = [("", value)]
    while pending:
        path, item = pending.pop()
        if item is None:
            yield path, "null"
        elif isinstance(item, dict):
            pending += [(path + step(name), member) for name, member in item.items()]
        elif isinstance(item, list):
            pending += [(f"{path}/{index}", member) for index, member in enumerate(item)]


FORMS: dict[str, Emitter] = {"json": to_json, "yaml": to_yaml, "toml": to_toml}
