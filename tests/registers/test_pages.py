"""Pages of register maps: what they say, that vendors' text does nothing, and how they look."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from kestrel import compiler
from kestrel.backends.pages.html import write_html
from kestrel.backends.pages.markdown import write_markdown
from tests.conftest import Golden
from tests.registers.accessors.test_headers import hostile
from tests.syntax.reading import DATA

HERE = Path(__file__).parent
MAP = HERE / "uart.kreg"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
STRUCTURE = "html head meta link title style body div header main nav section footer script"
TEXT = "a p h1 h2 span ul li input dl dt dd abbr code i table thead tbody tr th td"
DRAWING = "svg defs pattern rect g text"
ELEMENTS = set(f"{STRUCTURE} {TEXT} {DRAWING}".split())
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "</style><script>alert(1)</script>",
    "{{ 7 * 7 }}",
    "a|b`c`*d*_e_ [x](javascript:alert(1)) <b>",
    "line\nline",
    "-->",
    "../../escape",
    "x" * 10_000,
    "\u202etrojan",
    "",
    "con",
]


class Reader(HTMLParser):
    """Elements, links and ids of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.handlers: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        for name, value in attrs:
            if name.startswith("on"):
                self.handlers.append(name)
            if name == "href":
                self.links.append(value or "")
            if name == "id":
                self.ids.append(value or "")


def reading(text: str) -> Reader:
    made = Reader()
    made.feed(text)
    return made


def test_pages_of_a_map(golden: Golden) -> None:
    device, _ = compiler.load_registers(MAP)
    golden(HERE / "uart.md", write_markdown(device, "1.0")["Uart.md"])


def test_links_and_anchors() -> None:
    device, _ = compiler.load_registers(MAP)
    files = write_html(device, "1.0")
    assert set(files) == {"index.html", "Uart.html", "DmaChannel-4-1.html", "DmaChannel-1-2.html"}
    for text in files.values():
        made = reading(text)
        assert len(made.ids) == len(set(made.ids))
        for link in made.links:
            file, _, anchor = link.partition("#")
            if file == "data:,":
                continue
            assert not file or file in files, link
            assert not anchor or anchor in reading(files[file] if file else text).ids, link
    uart = reading(files["Uart.html"])
    assert {"CR", "CR.EN", "SR.OVR", "CH-4", "BUF"} <= set(uart.ids)


def test_hostile_names_do_nothing() -> None:
    for name, text in write_html(hostile(HOSTILE), "1.0").items():
        made = reading(text)
        assert set(made.elements) <= ELEMENTS
        assert made.elements.count("script") == 1
        assert not made.handlers
        assert all(
            link.startswith("#") or re.fullmatch(r"[\w.-]+\.html", link) or link == "data:,"
            for link in made.links
        ), name
        assert "/" not in name
    for name, text in write_markdown(hostile(HOSTILE), "1.0").items():
        assert "/" not in name
        text = re.sub(r"`[^`]*`", "", text)  # code, where nothing does anything
        for tag in ("<script", "<img", "<b>", "](javascript:"):
            assert tag not in text
        rows = [line for line in text.splitlines() if line.startswith("|")]
        assert rows


@pytest.mark.skipif(not DATA.is_dir(), reason="the folder of real inputs is not here")
@pytest.mark.parametrize("name", ["svd/STM32F407.svd", "svd/nrf52.svd", "hjson/i2c.hjson"])
def test_real_files(name: str) -> None:
    device, _ = compiler.load_registers(DATA / name)
    pages, markdown = write_html(device, "1.0"), write_markdown(device, "1.0")
    assert len(pages) == len(device.maps) + 1
    assert len(markdown) >= len(device.maps)
    for text in pages.values():
        assert set(reading(text).elements) <= ELEMENTS


PROBE = """
<script>
addEventListener("load", () => {
  const box = document.getElementById("search");
  const all = [...document.querySelectorAll("section[data-search]")];
  const sections = (text) => {
    box.value = text;
    box.dispatchEvent(new Event("input"));
    return all.filter((each) => !each.hidden).length;
  };
  const texts = [...document.querySelectorAll(".bits text")];
  const root = document.documentElement;
  parent.document.title = JSON.stringify({
    all: all.length,
    found: sections("ovr"),
    back: sections(""),
    wide: root.scrollWidth,
    view: root.clientWidth,
    small: Math.min(...texts.map((each) => each.getBoundingClientRect().height)),
    colour: getComputedStyle(document.body).backgroundColor,
  });
});
</script>
"""
FRAME = '<title>none</title><iframe width="{width}" height="900" srcdoc="{page}"></iframe>'


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
@pytest.mark.parametrize("width", [400, 1400])
@pytest.mark.parametrize("scheme", [0, 1], ids=["dark", "light"])
def test_in_a_browser(width: int, scheme: int, tmp_path: Path) -> None:
    """Search hides what does not fit, nothing is wider than the window, and the colours follow."""
    device, _ = compiler.load_registers(MAP)
    page = tmp_path / "page.html"
    text = write_html(device, "1.0")["Uart.html"] + PROBE
    page.write_text(FRAME.format(width=width, page=html.escape(text)), "utf-8")
    ran = subprocess.run(
        [
            str(CHROMIUM),
            *("--headless=new", "--no-sandbox", "--disable-gpu", "--dump-dom"),
            f"--user-data-dir={tmp_path / 'profile'}",
            "--window-size=1500,900",
            f"--blink-settings=preferredColorScheme={scheme}",
            page.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    found = re.search(r"<title>(.*?)</title>", ran.stdout)
    assert found, ran.stderr[-2000:]
    seen = json.loads(html.unescape(found[1]))
    assert seen["all"] == seen["back"] > seen["found"] == 2
    assert seen["wide"] <= seen["view"] <= width
    assert seen["small"] >= 7
    assert seen["colour"] == ("rgb(22, 24, 27)" if scheme == 0 else "rgb(253, 252, 250)")
