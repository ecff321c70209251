"""`kestrel-run demo`: hands over to the demo, which is a user of this program."""

from __future__ import annotations

import subprocess
import sys

import click


@click.command("demo", context_settings={"help_option_names": ["-h", "--help"]})
def demo() -> None:
    """Show a gateway that changes its configuration while it serves requests."""
    with subprocess.Popen([sys.executable, "-m", "kestrel.demo"]) as process:
        try:
            code = process.wait()
        except KeyboardInterrupt:  # the terminal has told the demo as well
            code = process.wait()
    raise click.exceptions.Exit(code)
