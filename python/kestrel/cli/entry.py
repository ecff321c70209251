"""Running a command group as a process: every way out has an exit code, none is a traceback."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

import click

from kestrel.cli import exits
from kestrel.cli.outcome import Answer, failure
from kestrel.cli.screen import show
from kestrel.text.diagnostic import Diagnostic, KestrelError
from kestrel.text.display import harmless


def run(group: click.Group, args: list[str] | None = None) -> NoReturn:
    """Run `group` on the process's arguments, and exit."""
    words = sys.argv[1:] if args is None else args
    try:
        code = _run(group, words)
        sys.stdout.flush()
    except BrokenPipeError:
        code = _stop_writing()
    sys.exit(code)


def _run(group: click.Group, words: list[str]) -> int:
    try:
        answer = group.main(words, prog_name=group.name, standalone_mode=False)
        if not isinstance(answer, Answer):  # it has printed already: --help, or the demo
            return answer if isinstance(answer, int) else exits.DONE
        show(answer)
        sys.stdout.flush()
        then = answer.outcome.then
        return answer.outcome.exit if then is None else then()
    except KestrelError as error:
        return _failed(group, words, error.diagnostics)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return exits.USAGE
    except click.ClickException as error:
        return _failed(group, words, (_usage(error),))
    except (KeyboardInterrupt, click.Abort):
        return exits.INTERRUPTED
    except BrokenPipeError:
        raise
    except MemoryError:
        return _failed(group, words, (Diagnostic.make("KS0807"),))
    except Exception as error:
        return _bug(error)


def _failed(group: click.Group, words: list[str], diagnostics: tuple[Diagnostic, ...]) -> int:
    """A failure before any command took over: print it in the form that the words ask for."""
    command = next((w for w in words if not w.startswith("-")), group.name or "")
    answer = Answer(command, failure(diagnostics), "json" if _wants_json(words) else "text")
    show(answer)
    return answer.outcome.exit


def _wants_json(words: list[str]) -> bool:
    joined = " ".join(words)
    asked = "--format json" in joined or "--format=json" in joined or "--audit" in words
    return asked or ("--format" not in joined and os.environ.get("KESTREL_FORMAT") == "json")


def _usage(error: click.ClickException) -> Diagnostic:
    helps = []
    if isinstance(error, click.NoSuchOption) and error.possibilities:
        helps.append("did you mean " + " or ".join(f"`{o}`" for o in error.possibilities) + "?")
    elif isinstance(error, click.UsageError) and error.ctx is not None:
        helps.append(f"`{error.ctx.command_path} --help` lists what it takes")
    why = error.format_message()
    if isinstance(error, click.NoSuchOption):
        why = f"there is no option `{error.option_name}`"
    return Diagnostic.make("KS0901", helps=helps, why=why.rstrip("."))


def _bug(error: Exception) -> int:
    """An exception of ours: say so shortly; with KESTREL_DEBUG=1 show where it happened."""
    if os.environ.get("KESTREL_DEBUG") == "1":
        raise error
    kind = type(error).__name__
    sys.stderr.write(
        f"kestrel: this is a bug in Kestrel, not in your input ({harmless(f'{kind}: {error}')})\n"
        "  = help: run it again with KESTREL_DEBUG=1 to see where, and report that\n"
    )
    return exits.BUG


def _stop_writing() -> int:
    """Whoever read our output has gone; nothing more may be written, at exit either."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return exits.BROKEN_PIPE
