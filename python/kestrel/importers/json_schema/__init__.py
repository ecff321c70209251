"""JSON Schema as a `.ks` file that a person would keep.

Objects become schemas, `enum`s sum types or literal types, a choice of objects with one member each
a sum with payloads. What has no counterpart stands in the file as a comment, and in the report.

forms.py    looking forms up and merging them; what is left out
records.py  objects          choices.py  `anyOf`, `oneOf`          kinds.py  all the rest
"""

from __future__ import annotations

from kestrel.importers.json_schema.forms import Imported, NotASchema, Remark
from kestrel.importers.json_schema.kinds import Importer
from kestrel.ir.json_forms import Json

__all__ = ["Imported", "NotASchema", "Remark", "from_json_schema"]


def from_json_schema(form: Json, name: str) -> Imported:
    """The source that declares the schema `name` and all that it needs.

    Raises:
        NotASchema: it is none, or not one of objects.
    """
    importer = Importer(form, name)
    root = importer.merged(importer.target(form, ""), "")
    if not importer.is_object(root):
        raise NotASchema("", "its values are no objects, as a schema's are")
    own = importer.names.take(name)
    importer.refs |= {"#": own, **({form["$ref"]: own} if "$ref" in form else {})}
    importer.record(own, root, "", root)
    return Imported("\n\n".join(importer.declarations) + "\n", importer.remarks)
