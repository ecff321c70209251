"""The C++ core. See `cpp/include/kestrel/*.hpp` for what each part promises."""

from collections.abc import Iterator, Mapping
from typing import Any, Self

# An issue: code, values for the code's message, JSON Pointer, begin, end (bytes of the input, -1 if
# unknown), at (source, start, end of the IR's reason, or None), JSON Pointers of the fields that a
# rule failed on and of those that said which part of it is to hold, and whether it chose its place.
IssueTuple = tuple[
    str,
    dict[str, str],
    str,
    int,
    int,
    tuple[int, int, int] | None,
    tuple[str, ...],
    tuple[str, ...],
    bool,
]

class Invalid(Exception):
    """Bad input. `args` are a list of `IssueTuple`s, never empty, and one of places in the data,
    each a JSON Pointer and bytes, that are not to be shown: a secret stands there."""

    issues: list[IssueTuple]
    hidden: list[tuple[str, int, int]]

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
    def value(self, value: object) -> None:
        """A Python value, as `of` takes it."""
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
    def decode_partial(self, content: bytes | Doc) -> Snapshot:
        """A document in part, as `merge_documents` takes it: nobody else may read it."""

def evaluate_config(bundle: bytes, name: str) -> Doc:
    """The document of the declared config `name` of a bundle that holds it."""

def canonical_json(value: object) -> bytes:
    """Plain values as RFC 8785 canonical JSON, integers exact.

    From None, bool, int, float, str, dict, list, tuple; bytes (and `msgspec.Raw`) are taken as
    canonical JSON already. Lone surrogates in text are written as backslash escapes.

    Raises ValueError for NaN and infinities, TypeError for other values, RecursionError.
    """

def evaluate_template(bundle: bytes, name: str, arguments: Snapshot) -> Doc:
    """The document of the template `name`; the arguments are a record's fields, in order."""

def evaluate_migration(bundle: bytes, record: str, index: int, old: Snapshot) -> Doc:
    """What migration `index` of a record makes of a snapshot of the other schema."""

def merge_documents(base: Snapshot, over: Snapshot, precedence: str) -> Doc:
    """The document of one snapshot over another's, both perhaps in part.

    `precedence` is the side that wins: `overrides`, `base`, or `neither` (else KS0443).
    """

def in_case(name: str, style: str) -> str:
    """A name in data, as `@case` spells it: "" leaves it; snake, kebab, camel, pascal, upper."""

def locate(json: bytes, pointer: str, key: bool = False) -> tuple[int, int]:
    """Bytes of the value (or member's name) at a JSON Pointer; (-1, -1) if there is none."""

class Snapshot:
    """One immutable config. Fields are attributes (effective values); also `snapshot["field"]`.

    Records, variants (`.tag`, items by index, fields by name), maps (`Mapping`) and lists
    (`Sequence`) inside are views that keep the snapshot. Views are equal by value; `==` and
    `digest` of a snapshot are about documents. Members that an open record keeps besides its own
    are plain values: `record["name"]`.
    """

    value: Any
    """Of a config that is no record, what it is: a list, a map. (A field `value` comes first.)"""

    schema: Any
    digest: str
    """SHA-256, lower-case hex, of `to_json()` in which each literal secret is replaced by its
    HMAC-SHA256: under the key of the state that the snapshot is of (`keyed`), else under one that
    this process drew, so that it says nothing elsewhere."""
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

def keyed(snapshot: Snapshot, key: bytes) -> Snapshot:
    """The same config, as one of the state whose key this is. What is made from it by changes is
    so, too. Raises ValueError for an empty key."""

def keyed_as(snapshot: Snapshot, other: Snapshot) -> Snapshot:
    """The same config, with the key that `other` has, or without one."""

def is_keyed(snapshot: Snapshot) -> bool: ...
def has_literals(snapshot: Snapshot) -> bool:
    """Does a literal secret stand anywhere in it?"""

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

def effective_changes(a: Snapshot, b: Snapshot) -> list[dict[str, Any]]:
    """As `compare`, of effective values: what defaults, `when` and `compute` make is included."""

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
    automaton: tuple[bytes, int, int, list[int], bytes]
    """(byte → class, number of classes, start, state and class → next, is a state accepting);
    states are counted times the number of classes, and state 0 is dead."""
    def __init__(self, source: str) -> None: ...
    def matches(self, text: str) -> bool:
        """Does the pattern match the whole text?"""
    def contained_in(self, wide: Pattern) -> tuple[bool, str | None]:
        """Does `wide` match all that this matches? If not, also a shortest counterexample."""

def find_text(matching: list[Pattern], missing: list[Pattern]) -> str | None:
    """A shortest text that matches all of `matching` and none of `missing`; None: there is none.

    Raises Invalid: KS0121, the automata are too large together.
    """

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

def parse_regmap(
    text: bytes, start: str, begin: int, end: int, makers: Mapping[str, tuple[int, object]]
) -> tuple[
    object,
    tuple[tuple[int, int], ...],
    tuple[tuple[str, int, int, int, tuple[str, ...]], ...],
]:
    """The same of a file of register maps; its rule is "file"."""

def tokens_kestrel(text: bytes, begin: int) -> list[int]:
    """Where the tokens of a file begin and end, one after another, from its byte `begin` on.

    A newline that ends an item is an empty token where the next one begins. Of a text with
    faults: those that could be read.
    """

def tokens_regmap(text: bytes, begin: int) -> list[int]: ...
