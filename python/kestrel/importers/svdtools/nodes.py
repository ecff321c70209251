"""YAML with places: mappings, sequences and scalars, and what may be wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

import yaml

from kestrel.text.diagnostic import Diagnostic, InvalidSource
from kestrel.text.source import Source, Span

MAX_NODES = 200_000
"""Of one file, with what aliases stand for."""
NUMBER = re.compile(r"(0[xX][0-9a-fA-F_]+|0[bB][01_]+|-?[0-9][0-9_]*)")


class Report:
    def __init__(self) -> None:
        self.found: list[Diagnostic] = []

    def at(self, source: Source, node: Any, code: str, **values: Any) -> None:
        self.found.append(Diagnostic.make(code, span(source, node), **values))


def span(source: Source, node: Any) -> Span:
    text = source.data.decode("utf-8", "replace")
    begin = len(text[: node.start_mark.index].encode())
    end = len(text[: node.end_mark.index].rstrip().encode())
    return Span(source, begin, max(begin, min(end, begin + 200)))


def parsed(source: Source) -> Any:
    """Raises InvalidSource (KR0931) for what is no mapping of YAML."""
    text = source.data.decode("utf-8", "replace")
    try:
        node = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        at = len(text[: mark.index].encode()) if mark is not None else 0
        why = str(getattr(error, "problem", None) or error).split("\n")[0]
        where = Span(source, at, min(at + 1, len(source.data)))
        raise InvalidSource([Diagnostic.make("KR0931", where, why=why)]) from None
    except RecursionError:
        raise InvalidSource(
            [Diagnostic.make("KR0931", file=source.name, why="nested too deep")]
        ) from None
    if not isinstance(node, yaml.MappingNode):
        raise InvalidSource([Diagnostic.make("KR0931", file=source.name, why="no mapping")])
    _bounded(node, source)
    return node


def _bounded(root: Any, source: Source) -> None:
    waiting, count = [root], 0
    while waiting:
        node = waiting.pop()
        count += 1
        if count > MAX_NODES:
            why = "aliases stand for too much"
            raise InvalidSource([Diagnostic.make("KR0931", file=source.name, why=why)])
        if isinstance(node, yaml.MappingNode):
            waiting += [each for pair in node.value for each in pair]
        elif isinstance(node, yaml.SequenceNode):
            waiting += node.value


def pairs(node: Any) -> Iterator[tuple[str, Any, Any]]:
    """Keys as texts, their nodes, and the values; nothing of what is no mapping."""
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        if isinstance(key, yaml.ScalarNode):
            yield key.value, key, value


def texts(node: Any) -> list[str]:
    """Of a list, or of one text with commas."""
    if isinstance(node, yaml.SequenceNode):
        return [each.value for each in node.value if isinstance(each, yaml.ScalarNode)]
    if isinstance(node, yaml.ScalarNode):
        return [each.strip() for each in node.value.split(",") if each.strip()]
    return []


def number(node: Any) -> int | None:
    if not isinstance(node, yaml.ScalarNode) or not NUMBER.fullmatch(node.value.strip()):
        return None
    text = node.value.strip().replace("_", "")
    return int(text, 0) if text[:2].lower() in ("0x", "0b") else int(text)


def fits(name: str, pattern: str) -> bool:
    """Patterns of a shell, with commas between several; `?~` before one that may fit nothing."""
    return any(fnmatchcase(name, each.strip()) for each in pattern.removeprefix("?~").split(","))
