"""One HTML page for each map, and one for the device; nothing else is loaded."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from kestrel.backends.pages.model import device_page
from kestrel.ir.registers import Device
from kestrel.text.display import harmless

FOLDER = Path(__file__).parents[2] / "codegen" / "html"


def write_html(device: Device, version: str) -> dict[str, str]:
    page = device_page(device)
    style, script = _asset("page.css"), _asset("page.js")
    values = {
        "device": page,
        "version": version,
        "style": style,
        "script": script,
        "policy": f"style-src {_digest(style)}; script-src {_digest(script)}",
    }
    files = {f"{each.file}.html": _render("map.html.j2", map=each, **values) for each in page.maps}
    files["index.html"] = _render("index.html.j2", **values)
    return files


def _digest(text: str) -> str:
    """What a browser runs is this text alone (Content Security Policy, level 2)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _asset(name: str) -> str:
    return (FOLDER / name).read_text("utf-8")


@cache
def _environment() -> Any:
    import jinja2  # deferred: few commands write pages

    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _shown(value: object) -> object:
    """Text of others without what hides or turns round; what is HTML already stays."""
    return harmless(value) if type(value) is str else value


def _render(template: str, **values: Any) -> str:
    from markupsafe import Markup

    values |= {name: Markup(values[name]) for name in ("style", "script", "policy")}
    return str(_environment().get_template(template).render(**values))
