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
from kestrel.backends.pages.diagram import diagram, leads
from kestrel.backends.pages.html import FOLDER, write_html
from kestrel.backends.pages.markdown import write_markdown
from kestrel.backends.pages.model import device_page
from kestrel.ir.access import Access
from kestrel.ir.registers import BitField
from tests.conftest import Golden
from tests.registers.accessors.test_headers import hostile
from tests.registers.meaning import read
from tests.syntax.reading import DATA

HERE = Path(__file__).parent
MAP = HERE / "uart.kreg"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
STRUCTURE = "html head meta link title style body div header main nav section footer script"
TEXT = "a p h1 h2 span ul li input dl dt dd abbr code i table thead tbody tr th td details summary"
DRAWING = "svg defs pattern rect path text"
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
        assert "\u202e" not in text
    for name, text in write_markdown(hostile(HOSTILE), "1.0").items():
        assert "/" not in name
        text = re.sub(r"`[^`]*`", "", text)  # code, where nothing does anything
        for tag in ("<script", "<img", "<b>", "](javascript:"):
            assert tag not in text
        rows = [line for line in text.splitlines() if line.startswith("|")]
        assert rows


def drawn(width: int, *fields: BitField) -> list[tuple[list[str], list[tuple[str, str]]]]:
    """The titles of each byte's cells, and its labels with the rows that show them."""
    made = diagram(width, [(each, each.name) for each in fields])
    return [
        ([cell.title for cell in byte.cells], [(each.text, each.row) for each in byte.labels])
        for byte in made
    ]


def test_a_field_has_one_label_in_a_row() -> None:
    assert drawn(16, BitField(name="D", lsb=4, width=9)) == [
        (["15:13 reserved", "12:4 D"], []),
        (["12:4 D", "3:0 reserved"], [("D", "")]),
    ]
    labels = [labels for _, labels in drawn(32, BitField(name="D", lsb=0, width=32))]
    assert labels == [[], [("D", "narrow")], [], [("D", "wide"), ("D", "narrow")]]


def test_bits_that_there_are() -> None:
    titles = [titles for titles, _ in drawn(12, BitField(name="OUT", lsb=10, width=8))]
    assert titles == [["11:10 OUT", "9:0 reserved"], ["9:0 reserved"]]
    assert [leads(count) for count in (1, 2, 3, 4, 5, 8)] == [
        "",
        "",
        "narrow-1",
        "",
        "wide-3 narrow-1",
        "",
    ]


def test_what_shares_bits_is_shown_by_what_is_read() -> None:
    both = (
        BitField(name="R", lsb=0, width=8, access=Access("r")),
        BitField(name="W", lsb=0, width=8, access=Access("w")),
    )
    assert drawn(8, *both) == drawn(8, *reversed(both)) == [(["7:0 R"], [("R", "")])]


def test_fields_that_are_many(tmp_path: Path) -> None:
    text = """regmap M { register R @ 0 {
      A[4] [3:0] w1c; B[2] [16] step 4 rc; `C%s_D`["1", "2"] [24] sw=w onwrite=woset } }"""
    (page,) = device_page(read(tmp_path, text)).maps
    assert [(each.name, each.bits, each.spoken) for each in page.registers[0].fields] == [
        ("C1_D … C2_D", "25:24, 2 of 1 bit", "writing 1 sets it"),
        ("B[2]", "20:16, 2 of 1 bit every 4", "read; a read clears it"),
        ("A[4]", "15:0, 4 of 4 bits", "read; writing 1 clears it"),
    ]


def test_a_list_of_many_is_one_section(tmp_path: Path) -> None:
    labels = ", ".join(f'"{each}"' for each in range(65))
    inside = f'register `R%s`[{labels}] @ 0 rw; register `S%s`["A", "B"] @ 0x200 rw'
    text = f"regmap M {{ {inside}; block `K%s`[{labels}] @ 0x1000 step 0x1000 {{ {inside} }} }}"
    (page,) = device_page(read(tmp_path, text)).maps
    assert [(each.path, each.offset) for each in page.registers] == [
        ("R0 … R64", "0x000 + 0x4·i"),
        ("SA", "0x200"),
        ("SB", "0x204"),
        ("K0 … K64.R0 … R64", "0x1000 + 0x1000·i + 0x4·j"),
        ("K0 … K64.SA", "0x1200 + 0x1000·i"),
        ("K0 … K64.SB", "0x1204 + 0x1000·i"),
    ]


def test_addresses_of_all_instances_and_items() -> None:
    device, _ = compiler.load_registers(MAP)
    (page,) = (each for each in device_page(device).maps if each.name == "Uart")
    found = {each.path: each for each in page.registers}
    assert found["CH[4]"].places.shown == (
        ("UART0", "0x40011020 + 0x10·i"),
        ("UART1", "0x40011420 + 0x10·i"),
    )
    assert (found["if[3..5]"].offset, found["TIMER.ARR"].offset) == ("0x070 + 0x4·(i-3)", "0x204")


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
const frame = document.querySelector("iframe");
frame.onload = () => {
  const page = frame.contentDocument, root = page.documentElement;
  const box = page.getElementById("search");
  const all = [...page.querySelectorAll("section[data-item]")];
  const entries = [...page.querySelectorAll("nav li")];
  const type = (text) => {
    box.value = text;
    box.dispatchEvent(new Event("input"));
    return all.filter((each) => !each.hidden).length;
  };
  all.forEach((each) => each.style.setProperty("content-visibility", "visible"));
  const labels = [...page.querySelectorAll(".bits text")]
    .map((each) => each.getBoundingClientRect()).filter((each) => each.width);
  const press = (key) => page.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
  press("/");
  document.title = JSON.stringify({
    all: all.length,
    names: type("ovr"),
    texts: type("named ONE"),
    addresses: type("0x40011408"),
    entries: entries.filter((each) => !each.hidden).length,
    nothing: type("no such thing"),
    said: page.getElementById("found").textContent,
    back: type(""),
    focused: page.activeElement === box,
    wide: root.scrollWidth,
    view: root.clientWidth,
    small: Math.min(...labels.map((each) => Math.max(each.height, each.width))),
    colour: getComputedStyle(page.body).backgroundColor,
  });
};
"""
WIDTH = """
const frame = document.querySelector("iframe");
frame.onload = () => {
  const root = frame.contentDocument.documentElement;
  document.title = JSON.stringify([root.scrollWidth, root.clientWidth]);
};
"""
FRAME = """<title>none</title><iframe width="{width}" height="900" srcdoc="{page}"></iframe>
<script>{probe}</script>"""


def seen_in_browser(folder: Path, text: str, *words: str) -> tuple[str, str]:
    """The title that a page has in the end, and what the browser says on its console."""
    page = folder / "page.html"
    page.write_text(text, "utf-8")
    ran = subprocess.run(
        [
            str(CHROMIUM),
            *("--headless=new", "--no-sandbox", "--disable-gpu", "--dump-dom"),
            *("--enable-logging=stderr", f"--user-data-dir={folder / 'profile'}", *words),
            page.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    found = re.search(r"<title>(.*?)</title>", ran.stdout)
    assert found, ran.stderr[-2000:]
    console = [line for line in ran.stderr.splitlines() if "CONSOLE" in line]
    return html.unescape(found[1]), "\n".join(console)


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
@pytest.mark.parametrize("width", [400, 1400])
@pytest.mark.parametrize("scheme", [0, 1], ids=["dark", "light"])
def test_in_a_browser(width: int, scheme: int, tmp_path: Path) -> None:
    """Search hides what does not fit, nothing is wider than the window, and the colours follow."""
    device, _ = compiler.load_registers(MAP)
    page = html.escape(write_html(device, "1.0")["Uart.html"])
    text = FRAME.format(width=width, page=page, probe=PROBE)
    words = "--window-size=1500,900", f"--blink-settings=preferredColorScheme={scheme}"
    title, console = seen_in_browser(tmp_path, text, *words)
    assert not console
    seen = json.loads(title)
    assert seen["all"] == seen["back"] > seen["texts"] == seen["names"] == 2
    assert (seen["addresses"], seen["entries"]) == (1, 1)
    assert (seen["nothing"], seen["said"]) == (0, f"0 of {seen['all']}")
    assert seen["focused"]
    assert seen["wide"] <= seen["view"] <= width
    assert seen["small"] >= 5
    assert seen["colour"] == ("rgb(22, 24, 27)" if scheme == 0 else "rgb(253, 252, 250)")


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
@pytest.mark.parametrize("kind", ["index", "map"])
def test_no_name_is_wider_than_the_window(kind: str, tmp_path: Path) -> None:
    pages = write_html(hostile(HOSTILE), "1.0")
    text = pages["index.html"] if kind == "index" else max(pages.values(), key=len)
    framed = FRAME.format(width=400, page=html.escape(text), probe=WIDTH)
    title, console = seen_in_browser(tmp_path, framed, "--window-size=1500,900")
    wide, view = json.loads(title)
    assert (wide, console) == (view, "")


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_a_script_of_somebody_else_would_not_run(tmp_path: Path) -> None:
    device, _ = compiler.load_registers(MAP)
    text = write_html(device, "1.0")["Uart.html"]
    more = text.replace("</body>", "<script>document.title = 'ran'</script></body>")
    title, console = seen_in_browser(tmp_path, more)
    assert (title, "Content Security Policy" in console) == ("Uart", True)


def test_colours_can_be_told_apart() -> None:
    """WCAG 2.2, 1.4.3: text has a contrast of 4.5 at least."""
    light, dark = (
        dict(re.findall(r"--(\w+): (#\w{6})", part))
        for part in (FOLDER / "page.css").read_text("utf-8").split("@media", 2)[:2]
    )
    assert light.keys() == dark.keys()
    for colours in (light, dark):
        for back in ("back", "raised", "mark", "stored", "read", "write", "effect", "none"):
            assert contrast(colours["text"], colours[back]) >= 4.5
        for front in ("soft", "accent"):
            for back in ("back", "raised", "mark"):
                assert contrast(colours[front], colours[back]) >= 4.5, (front, back)


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
