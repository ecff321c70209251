"""The C++ core. See `cpp/include/kestrel/*.hpp` for what each part promises."""

from collections.abc import Iterator, Mapping
from typing import Any, Self

# An issue: code, values for the code's message, JSON Pointer, begin, end (bytes of the input, -1 if
# unknown), at (source, start, end of the IR's reason, or None).
IssueTuple = tuple[str, dict[str, str], str, int, int, tuple[int, int, int] | None]

class Invalid(Exception):
    """Bad input. `args[0]` is a list of `IssueTuple`s, never empty."""

    issues: list[IssueTuple]

OPERATIONS: tuple[tuple[str, str, str], ...]
"""Rows of ops.def: name, signature, meaning."""

class Doc:
    """An untyped document as it was written, with the place of every node, in writing order."""

    def __init__(self) -> None: ...
    def open_map(self, begin: int = -1, end: int = -1) -> int: ...
    def open_list(self, begin: int = -1, end: int = -1) -> int: ...
    def close(self, node: int) -> None: ...
    def null(self, begin: int = -1, end: int = -1) -> None: ...
    def boolean(self, value: bool, begin: int = -1, end: int = -1) -> None: ...
    def integer(self, value: int, begin: int = -1, end: int = -1) -> None: ...
    def real(self, value: float, begin: int = -1, end: int = -1) -> None: ...
    def text(self, value: str, begin: int = -1, end: int = -1) -> None:
        """A string, or a map's key."""
    def plain(self, value: str, begin: int = -1, end: int = -1) -> None:
        """A YAML plain scalar: what it is, is said by the type that it meets."""
    @staticmethod
    def of(value: object) -> Doc:
        """From None, bool, int, float, str, bytes, timedelta, dict, list, tuple, set."""
    @staticmethod
    def parse(json: bytes) -> Doc: ...
    def to_python(self) -> Any: ...
    def locate(self, pointer: str, key: bool = False) -> tuple[int, int]: ...
    def source_of(self, pointer: str) -> int: ...

class Schema:
    """A compiled bundle; meant to be subclassed (`kestrel.data.schema`). Snapshots keep it."""

    def __init__(self, bundle: bytes) -> None: ...
    def decode_json(self, data: bytes) -> Snapshot: ...
    def decode_doc(self, doc: Doc) -> Snapshot: ...

def evaluate_config(bundle: bytes, name: str) -> Doc:
    """The document of the declared config `name` of a bundle that holds it."""

def in_case(name: str, style: str) -> str:
    """A name in data, as `@case` spells it: "" leaves it; snake, kebab, camel, pascal, upper."""

def locate(json: bytes, pointer: str, key: bool = False) -> tuple[int, int]:
    """Bytes of the value (or member's name) at a JSON Pointer; (-1, -1) if there is none."""

class Snapshot:
    """One immutable config. Fields are attributes (effective values); also `snapshot["field"]`.

    Records, variants (`.tag`, items by index, fields by name), maps (`Mapping`) and lists
    (`Sequence`) inside are views that keep the snapshot. Views are equal by value; `==` and
    `digest` of a snapshot are about documents.
    """

    schema: Any
    digest: str
    """SHA-256 of `to_json()`, lower-case hex."""
    def to_json(self) -> bytes:
        """The document, canonical JSON."""
    def effective_json(self) -> bytes: ...
    def redacted_json(self) -> bytes:
        """`to_json()` with `"<secret>"` in place of literal secrets: fit to be shown."""
    def redacted_effective_json(self) -> bytes: ...
    def __getattr__(self, name: str) -> Any: ...
    def __getitem__(self, name: str) -> Any: ...
    def __eq__(self, other: object) -> bool: ...
    def __hash__(self) -> int: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *exception: object) -> None: ...

class ChangeSet:
    """Changes from `a` to `b`; empty is falsy. Iterating gives dicts, made on demand.

    A dict has op, path, from (of a move), old, value, type, reload (the strictest on the way),
    marks, rule (V01 to V08), key_path where a list with `@key` is on the way, and `secret: True`
    for a secret. Literal secrets are shown as `"<secret>"`.
    """

    a: Snapshot
    b: Snapshot
    def __len__(self) -> int: ...
    def __bool__(self) -> bool: ...
    def __iter__(self) -> Iterator[dict[str, Any]]: ...
    def __getitem__(self, index: int) -> dict[str, Any]: ...
    def to_json_patch(self, *, redact: bool = True) -> list[dict[str, Any]]:
        """Plain RFC 6902 operations: op, path, value, from.

        Literal secrets are `"<secret>"`, unless `redact` is false: for who keeps documents whole.
        """
    def inverse(self) -> ChangeSet:
        """The changes from `b` to `a`."""

def compare(a: Snapshot, b: Snapshot) -> ChangeSet:
    """Both of one schema (equal bundles), else ValueError."""

def apply_changes(base: Snapshot, changes: ChangeSet) -> Snapshot:
    """`base` with the changes made. Raises Invalid: KS0601, KS0603, or what decoding finds."""

def apply_patch(base: Snapshot, patch: bytes) -> Snapshot:
    """RFC 6902 operations as JSON text. Raises Invalid: KS0601, KS0602, KS0603, as above."""

class Cell:
    """The current snapshot of a running program; reading takes no lock.

    `publish` raises ValueError for a generation lower than the current one. `pinned` counts earlier
    snapshots that are still held.
    """

    def __init__(self, first: Snapshot, generation: int) -> None: ...
    def read(self) -> Snapshot: ...
    def generation(self) -> int: ...
    def publish(self, snapshot: Snapshot, generation: int) -> None: ...
    def pinned(self) -> int: ...

class Pattern:
    """A text pattern. Raises Invalid: KS0120 (no pattern), KS0121 (automaton too large)."""

    source: str
    states: int
    """States of the minimal automaton."""
    def __init__(self, source: str) -> None: ...
    def matches(self, text: str) -> bool:
        """Does the pattern match the whole text?"""
    def contained_in(self, wide: Pattern) -> tuple[bool, str | None]:
        """Does `wide` match all that this matches? If not, also a shortest counterexample."""

def parse_kestrel(
    text: bytes, start: str, begin: int, end: int, makers: Mapping[str, tuple[int, object]]
) -> tuple[
    object,
    tuple[tuple[int, int], ...],
    tuple[tuple[str, int, int, int, tuple[str, ...]], ...],
]:
    """Parse bytes `begin` to `end` of `text` from the rule `start` ("file" or "expr").

    `makers` says for each rule how it becomes a value; see `kestrel.syntax.outcome`, whose
    `Outcome` is what is returned.
    """

def tokens_kestrel(text: bytes, begin: int) -> list[int]:
    """Where the tokens of a file begin and end, one after another, from its byte `begin` on.

    A newline that ends an item is an empty token where the next one begins. Of a text with
    faults: those that could be read.
    """
