"""Canonical JSON of the IR: what the C++ core reads, and what schema digests are taken over.

RFC 8785: members sorted by name, no blanks, numbers as ECMAScript writes them; but integers are
written exactly, whatever their size. Members that have their default value are absent.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import msgspec

from kestrel.ir.decls import AnyDecl, Bundle, Module
from kestrel.ir.types import AnyType
from kestrel.ir.walk import references

DIGEST_TAG = b"kestrel.schema.v1\n"
NOT_DIGESTED = frozenset({"doc", "at"})
"""Members that tell people something and mean nothing."""

_encoder = msgspec.json.Encoder(order="sorted")


@cache
def _decoder() -> msgspec.json.Decoder[Bundle]:
    """Made when it is first needed: most commands only write."""
    return msgspec.json.Decoder(Bundle)


def encode(node: msgspec.Struct) -> bytes:
    """Canonical JSON of a bundle, or of any other node of the IR."""
    return _encoder.encode(_plain(msgspec.to_builtins(node), frozenset()))


def decode(data: bytes) -> Bundle:
    """The bundle that `encode` wrote.

    Raises:
        msgspec.DecodeError: `data` is no bundle.
    """
    return _decoder().decode(data)


def bundle(module: Module, root: AnyType, also: Iterable[str] = ()) -> Bundle:
    """`root`, the declarations named in `also`, and all that they refer to, sorted by name."""
    found: dict[str, AnyDecl] = {}
    pending = [*references(root), *also]
    while pending:
        name = pending.pop()
        if name not in found:
            found[name] = module.decls[name]
            pending.extend(references(found[name]))
    return Bundle(root, tuple(found[name] for name in sorted(found)))


def meaning(node: msgspec.Struct) -> bytes:
    """Canonical JSON of a bundle or other node without docs and places: what digests are over."""
    return _encoder.encode(_plain(msgspec.to_builtins(node), NOT_DIGESTED))


def schema_digest(bundle: Bundle) -> str:
    """SHA-256 of a schema's meaning, in lower-case hex."""
    import hashlib  # deferred: with OpenSSL

    return hashlib.sha256(DIGEST_TAG + meaning(bundle)).hexdigest()


def _plain(value: object, without: frozenset[str]) -> object:
    """`value` with the members in `without` left out and its floats spelt by RFC 8785."""
    if isinstance(value, dict):
        return {k: _plain(v, without) for k, v in value.items() if k not in without}
    if isinstance(value, list | tuple):
        return [_plain(item, without) for item in value]
    if isinstance(value, float):
        return msgspec.Raw(number(value).encode())
    return value


def number(value: float) -> str:
    """A finite double as ECMAScript's Number::toString writes it (RFC 8785, section 3.2.2.3)."""
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    digits, exponent = _shortest(abs(value))
    return sign + _place_point(digits, exponent)


def _shortest(value: float) -> tuple[str, int]:
    """The fewest digits d and the n with value = 0.d x 10^n that read back as `value`."""
    mantissa, _, exponent = f"{value!r}".partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    n = int(exponent or 0) + (len(whole) if whole != "0" else len(digits) - len(fraction))
    return digits.rstrip("0"), n


def _place_point(digits: str, n: int) -> str:
    k = len(digits)
    if k <= n <= 21:
        return digits + "0" * (n - k)
    if 0 < n <= 21:
        return f"{digits[:n]}.{digits[n:]}"
    if -6 < n <= 0:
        return f"0.{'0' * -n}{digits}"
    mantissa = digits if k == 1 else f"{digits[0]}.{digits[1:]}"
    return f"{mantissa}e{'+' if n > 0 else '-'}{abs(n - 1)}"
