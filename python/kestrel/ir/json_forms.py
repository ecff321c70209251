"""How the scalar types are said in JSON Schema."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
DRAFT = "https://json-schema.org/draft/2020-12/schema"
NULL: Json = {"type": "null"}

COUNT = "[0-9]{1,19}"
PARTS = "".join(
    f"(?:{COUNT}{unit})?"
    for unit in ("w", "d", "h", "(?:m|min)", "s", "ms", "(?:us|\u00b5s)", "ns")
)
DURATION = f"^-?(?:0|(?=[0-9]){PARTS})$"
SIZE = f"^{COUNT}(?:B|[KMGTPE]i?B)?$"
BASE64 = "^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$"
INTEGER_KEYS = {"u64": "^[0-9]+$", "i64": "^-?[0-9]+$"}
"""Names of members that are integers, by the widest type that they fit."""
HEX = "[0-9A-Fa-f]"
F32_MAX = 3.4028234663852886e38

SCALAR_SCHEMAS: dict[str, Json] = {
    "Unit": {"type": "object"},
    "Bool": {"type": "boolean"},
    "f32": {"type": "number", "minimum": -F32_MAX, "maximum": F32_MAX},
    "f64": {"type": "number"},
    "String": {"type": "string"},
    "Path": {"type": "string", "pattern": "^[^\\x00]*$"},
    "Url": {
        "type": "string",
        "format": "uri",
        "pattern": '^[A-Za-z][A-Za-z0-9+.\\-]*:[^\\x00-\\x20\\x7f"<>]+$',
    },
    "Uuid": {
        "type": "string",
        "format": "uuid",
        "pattern": f"^{HEX}{{8}}-{HEX}{{4}}-{HEX}{{4}}-{HEX}{{4}}-{HEX}{{12}}$",
    },
    "Instant": {
        "type": "string",
        "format": "date-time",
        "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}",
    },
    "Regex": {"type": "string", "format": "regex", "$comment": "of RE2: no look-around"},
    "Cidr": {"type": "string", "pattern": "^[0-9A-Fa-f.:]+/[0-9]{1,3}$"},
    "Bytes": {"type": "string", "contentEncoding": "base64", "pattern": BASE64},
    "Duration": {"type": "string", "pattern": DURATION},
    "Size": {
        "anyOf": [
            {"type": "integer", "minimum": 0, "maximum": 2**64 - 1},
            {"type": "string", "pattern": SIZE},
        ]
    },
    "Json": {},
}
