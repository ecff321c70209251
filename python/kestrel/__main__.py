"""`python -m kestrel --cmake-dir`: where `find_package(Kestrel)` finds its package."""

from __future__ import annotations

import sys
from pathlib import Path


def main(words: list[str]) -> int:
    """Print what is asked for; 2 where that is nothing known."""
    if words == ["--cmake-dir"]:
        print(Path(__file__).parent / "cmake")
        return 0
    print("usage: python -m kestrel --cmake-dir", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
