"""What SystemRDL tells people: `name` and `desc`."""

from __future__ import annotations

from typing import Any

from kestrel.text.paragraphs import paragraphs


def doc_of(node: Any) -> str:
    """The name that people read, where it is another than the one in code, and what is told."""
    own = node.get_property("name", default=None)
    return told(own if own != node.inst_name else None, node.get_property("desc", default=None))


def told(*texts: str | None) -> str:
    """Paragraphs, one a line."""
    return "\n".join(paragraphs("\n\n".join(each for each in texts if each)))
