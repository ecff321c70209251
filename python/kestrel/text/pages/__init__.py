"""One Markdown page per diagnostic code: what it means, a wrong and a right example."""

from __future__ import annotations

import re
from importlib.resources import files

from kestrel.text.codes import CODES
from kestrel.text.diagnostic import Diagnostic, KestrelError


def page(code: str) -> tuple[str, str]:
    """The full code and its page; `301`, `ks301` and `KS0301` name the same one, `kr101` and
    `KR0101` one of register maps.

    Raises:
        KestrelError: KS0908, there is no such code.
    """
    name = _full(code)
    if name not in CODES:
        raise KestrelError([Diagnostic.make("KS0908", given=code)])
    return name, files(__name__).joinpath(f"{name}.md").read_text("utf-8")


def _full(code: str) -> str:
    given = re.fullmatch(r"(k[sr])?(\d{1,4})", code.strip(), re.IGNORECASE)
    return f"{(given[1] or 'KS').upper()}{given[2]:0>4}" if given else code
