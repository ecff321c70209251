"""Wrong inputs: `KS0101.ks`, `KS0403.json`, `KR0101.svd`, each with its rendered text.

A data file is read by the schema in `CODE.schema.ks`, or else by the one in `data.ks`.
"""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent
SUFFIXES = (".ks", ".json", ".yaml", ".toml", ".svd", ".kreg", ".rdl", ".hjson")


def wrong_files() -> list[str]:
    """Names of the files that are linted."""
    return sorted(
        p.name
        for p in FOLDER.iterdir()
        if p.name.startswith(("KS", "KR"))
        and p.suffix in SUFFIXES
        and not p.name.endswith(".schema.ks")
    )


def code_of(name: str) -> str:
    return name[:6]


def schema_of(name: str) -> str | None:
    """The schema that a data file is read by."""
    if name.endswith((".ks", ".svd", ".kreg", ".rdl", ".hjson")):
        return None
    own = f"{Path(name).stem}.schema.ks"
    return own if (FOLDER / own).exists() else "data.ks"
