"""One HTML page for each map, and one for the device; nothing else is loaded."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from kestrel.backends.pages.model import device_page
from kestrel.ir.registers import Device

FOLDER = Path(__file__).parents[2] / "codegen" / "html"


def write_html(device: Device, version: str) -> dict[str, str]:
    page = device_page(device)
    values = {
        "device": page,
        "version": version,
        "style": _asset("page.css"),
        "script": _asset("page.js"),
    }
    files = {f"{each.file}.html": _render("map.html.j2", map=each, **values) for each in page.maps}
    files["index.html"] = _render("index.html.j2", **values)
    return files


def _asset(name: str) -> str:
    return (FOLDER / name).read_text("utf-8")


@cache
def _environment() -> Any:
    import jinja2  # deferred: few commands write pages

    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _render(template: str, **values: Any) -> str:
    from markupsafe import Markup

    values |= {name: Markup(values[name]) for name in ("style", "script")}
    return str(_environment().get_template(template).render(**values))
