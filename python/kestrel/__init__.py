"""Kestrel: typed boundaries of a system, and safe changes of them while it runs.

Names are loaded on first use (PEP 562): the build imports this package for its `cmake.root` entry
point, when `kestrel._core` may not exist yet.
"""

import importlib

__version__ = "0.1.0"

_EXPORTS: dict[str, str] = {
    "ChangeSet": "kestrel._core",
    "Duration": "kestrel.data.values",
    "InvalidChange": "kestrel.changes.errors",
    "InvalidConfig": "kestrel.text.diagnostic",
    "InvalidSource": "kestrel.text.diagnostic",
    "KestrelError": "kestrel.text.diagnostic",
    "Module": "kestrel.data.module",
    "Parser": "kestrel.data.schema",
    "Plan": "kestrel.changes.plan",
    "Policy": "kestrel.changes.policy",
    "Refuse": "kestrel.runtime.errors",
    "RefusedByPolicy": "kestrel.changes.policy",
    "ReloadError": "kestrel.runtime.reload",
    "ReloadState": "kestrel.runtime.reload",
    "RollbackInfo": "kestrel.runtime.result",
    "Runtime": "kestrel.runtime.runtime",
    "Schema": "kestrel.data.schema",
    "SchemaDiff": "kestrel.changes.schema_diff",
    "Secret": "kestrel.data.values",
    "Snapshot": "kestrel._core",
    "Template": "kestrel.data.templates",
    "StateError": "kestrel.runtime.errors",
    "UnreadableFile": "kestrel.text.read",
    "apply_diff": "kestrel.changes.compare",
    "compare": "kestrel.changes.compare",
    "diff": "kestrel.changes.schema_diff",
    "load": "kestrel.compiler",
    "merge": "kestrel.changes.merge",
    "plan": "kestrel.changes.plan",
    "reload": "kestrel.runtime.reload",
    "render": "kestrel.data.templates",
}

__all__ = [*sorted(_EXPORTS), "__version__"]


def __getattr__(name: str) -> object:
    if name in _EXPORTS:
        value = getattr(importlib.import_module(_EXPORTS[name]), name)
        globals()[name] = value  # so that the next use does not come here
        return value
    raise AttributeError(f"module 'kestrel' has no attribute {name!r}")


def __dir__() -> list[str]:
    return list(__all__)
