"""Texts for people, whatever their lines are."""

from __future__ import annotations


def paragraphs(text: str) -> list[str]:
    """Blank lines part them; within one, a new line is a blank."""
    lines = [" ".join(line.split()) for line in text.split("\n")]
    made = "\n".join(lines).split("\n\n")
    return [" ".join(part.split("\n")).strip() for part in made if part.strip()]
