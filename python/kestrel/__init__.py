"""Kestrel: typed boundaries of a system, and safe changes of them while it runs.

Names are loaded on first use (PEP 562): the build imports this package for its `cmake.root` entry
point, when `kestrel._core` may not exist yet.
"""

import importlib

__version__ = "0.1.0"

_EXPORTS: dict[str, str] = {
    "InvalidConfig": "kestrel.text.diagnostic",
    "InvalidSource": "kestrel.text.diagnostic",
    "KestrelError": "kestrel.text.diagnostic",
}

__all__ = [*sorted(_EXPORTS), "__version__"]  # noqa: PLE0604


def __getattr__(name: str) -> object:
    if name in _EXPORTS:
        return getattr(importlib.import_module(_EXPORTS[name]), name)
    raise AttributeError(f"module 'kestrel' has no attribute {name!r}")


def __dir__() -> list[str]:
    return list(__all__)
