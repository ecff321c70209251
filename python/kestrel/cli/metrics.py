"""`kestrel-run metrics`: a state's metrics, shown once or served to Prometheus."""

from __future__ import annotations

from contextlib import closing
from importlib import resources

import click
import msgspec

from kestrel.cli.options import command
from kestrel.cli.outcome import Outcome
from kestrel.cli.values import with_state
from kestrel.runtime.metrics.exporter import Metrics
from kestrel.text.diagnostic import Diagnostic

FILES = {"dashboard": "dashboard.json", "alerts": "alerts.yaml"}
"""What is shipped beside the exporter, for Grafana and Prometheus."""


@command("metrics", "text")
@click.argument("words", nargs=-1, metavar="[STATE]")
@click.option(
    "--listen", metavar="ADDRESS", help="Serve them there, as 127.0.0.1:9464, until it is stopped."
)
@click.option("--dashboard", "shipped", flag_value="dashboard", help="Print a Grafana dashboard.")
@click.option("--alerts", "shipped", flag_value="alerts", help="Print Prometheus alert rules.")
def metrics(words: tuple[str, ...], listen: str | None, shipped: str | None) -> Outcome:
    """Print a state's metrics as Prometheus reads them, or serve them over HTTP."""
    if shipped is not None:
        text = read_shipped(shipped)
        return Outcome({"status": "printed", shipped: text}, {"text": lambda _: text})
    (path,) = with_state(words)
    if listen is not None:
        return _serve(path, listen)
    with closing(Metrics(path)) as found:
        shown = found.text()[0].decode()
        figures = msgspec.to_builtins(found.figures())
    return Outcome({"status": "found", "figures": figures}, {"text": lambda _: shown})


def _serve(path: str, listen: str) -> Outcome:
    from kestrel.cli.serving import Address, Server  # deferred: with http.server

    address = Address.parse(listen)
    server = Server(address, Metrics(path))
    server.heed_signals()
    said = f"serving {server.url} of {path}\n"
    warnings = () if address.is_loopback else (Diagnostic.make("KS0932", address=address),)
    result = {"status": "serving", "url": server.url}
    return Outcome(result, {"text": lambda _: said}, warnings, then=server.run)


def read_shipped(name: str) -> str:
    """The text of one of `FILES`."""
    return (resources.files("kestrel.runtime.metrics") / FILES[name]).read_text("utf-8")
