"""Values of options: durations, and the arguments that KESTREL_STATE may stand in for."""

from __future__ import annotations

import os
import re
from typing import Any

import click

from kestrel.data.values import Duration


class Seconds(click.ParamType[Any]):
    """A duration as `5s` or `1m30s`, as seconds."""

    name = "duration"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        try:
            return Duration.parse(value).seconds
        except ValueError:
            self.fail(f"`{value}` is no duration: write `5s`, `500ms` or `1m30s`", param, ctx)


_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def is_id(word: str) -> bool:
    """Is it an audit or event id, and so no file?"""
    return _ID.fullmatch(word) is not None


def positive(
    context: click.Context, option: click.Parameter, seconds: float | None
) -> float | None:
    """The callback of an option for a time that has to be some."""
    if seconds is not None and seconds <= 0:
        raise click.BadParameter("it has to leave some time", context, option)
    return seconds


def with_state(words: tuple[str, ...], *rest: str) -> tuple[str, ...]:
    """STATE and the arguments named `rest`, STATE out of the environment where it is left out.

    Raises:
        click.UsageError: too few or too many words.
    """
    given, wanted = words, 1 + len(rest)
    if len(given) == wanted - 1 and os.environ.get("KESTREL_STATE"):
        given = (os.environ["KESTREL_STATE"], *words)
    if len(given) < wanted:
        missing = ("STATE", *rest)[len(given)]
        raise click.UsageError(f"Missing argument '{missing}'", click.get_current_context())
    if len(given) > wanted:
        raise click.UsageError(
            f"Unexpected argument '{given[wanted]}'", click.get_current_context()
        )
    return given
