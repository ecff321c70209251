"""Small pieces of sentences."""

from __future__ import annotations


def counted(n: int, noun: str) -> str:
    """`no arguments`, `1 argument`, `2 arguments`."""
    return f"{n or 'no'} {noun}{'' if n == 1 else 's'}"


def are(n: int) -> str:
    """`none are`, `1 is`, `2 are`."""
    return "1 is" if n == 1 else f"{n or 'none'} are"
