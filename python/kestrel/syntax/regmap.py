"""The syntax tree of a `.kreg` file.

There is one class for each rule of `grammar/regmap.lark` that makes a node. The conventions are
those of `kestrel.syntax.ast`: fields are the rule's parts in the order in which they are written,
`None` where an optional part is absent; nothing is resolved.
"""

from __future__ import annotations

from typing import Literal

from kestrel.syntax.ast import Attrs, Int, Name, Node, Text
from kestrel.text.source import Source

Number = Int | Name
"""A parameter stands for a number."""
Way = Literal["read", "write"]
Policy = Literal["reset", "keep", "zero", "one"]

# ---------------------------------------------------------------- places, conditions


class PlaceItem(Node, frozen=True):
    name: Name
    index: Number | None = None


class Place(Node, frozen=True):
    """`CR`, `CR.EN`, `ODR.OD[i]`."""

    items: tuple[PlaceItem, ...]


class Condition(Node, frozen=True):
    place: Place
    op: Literal["==", "!="]
    value: Int


class Touch(Node, frozen=True):
    """`read SR`."""

    way: Way
    place: Place


class Effect(Node, frozen=True):
    """One touch, or several in turn."""

    items: tuple[Touch, ...]


# ---------------------------------------------------------------- maps


class MapFile(Node, frozen=True):
    """A whole file. `comments` are the byte ranges of all comments that are not doc comments."""

    decls: tuple[Decl, ...]
    source: Source
    comments: tuple[tuple[int, int], ...]


class Regmap(Node, frozen=True):
    attrs: Attrs
    name: Name
    parameters: tuple[Parameter, ...]
    version: str | None
    text: Text | None
    items: tuple[Item, ...]


class Parameter(Node, frozen=True):
    name: Name
    type: Name
    default: Int | None


class Bus(Node, frozen=True):
    attrs: Attrs
    settings: tuple[Setting, ...]


class Setting(Node, frozen=True):
    name: Name
    value: Int | Name


class Reserved(Node, frozen=True):
    """What is written to bits that belong to no field; without a range, to all of them."""

    attrs: Attrs
    range: Range | None
    policy: Policy


class Retired(Node, frozen=True):
    attrs: Attrs
    name: Name


class Aliases(Node, frozen=True):
    attrs: Attrs
    aliases: tuple[Alias, ...]


class Alias(Node, frozen=True):
    kind: Name
    offset: Int


class Unlock(Node, frozen=True):
    attrs: Attrs
    name: Name
    place: Place
    keys: tuple[Int, ...]
    until: Condition | None


class Bank(Node, frozen=True):
    """`when LCR.DLAB == 1 { … }`"""

    attrs: Attrs
    condition: Condition
    items: tuple[Item, ...]


class Page(Node, frozen=True):
    attrs: Attrs
    place: Place
    value: Int
    items: tuple[Item, ...]


class Block(Node, frozen=True):
    attrs: Attrs
    name: Name
    dim: AnyDim | None
    offset: Number
    step: Number | None
    alternate: Alternate | None
    text: Text | None
    contents: Use | tuple[Item, ...]


class Use(Node, frozen=True):
    """`: DmaChannel(4)`"""

    name: Name
    arguments: tuple[Int, ...]


class Memory(Node, frozen=True):
    attrs: Attrs
    name: Name
    dim: AnyDim
    offset: Number
    width: Int
    access: tuple[Mode | Property, ...]
    text: Text | None


class Bitmap(Node, frozen=True):
    attrs: Attrs
    name: Name
    dim: AnyDim
    offset: Number
    width: Int
    access: tuple[Mode | Property, ...]
    text: Text | None


class Alternate(Node, frozen=True):
    name: Name


# ---------------------------------------------------------------- registers


class Register(Node, frozen=True):
    attrs: Attrs
    name: Name
    dim: AnyDim | None
    offset: Number
    step: Number | None
    options: tuple[Option, ...]
    text: Text | None
    members: tuple[Member, ...] | None = None


class Count(Node, frozen=True):
    count: Number


class Labels(Node, frozen=True):
    items: tuple[Text, ...]


class Numbered(Node, frozen=True):
    first: Int
    last: Int


class Width(Node, frozen=True):
    width: Int


class Accessed(Node, frozen=True):
    widths: tuple[Int, ...]


class Ordered(Node, frozen=True):
    order: Name


class Volatile(Node, frozen=True):
    pass


class Stable(Node, frozen=True):
    pass


class Shadow(Node, frozen=True):
    """`shadow twice`, or until something happens at a place."""

    until: Place | None = None


class Latched(Node, frozen=True):
    effect: Effect


class Reset(Node, frozen=True):
    value: Number
    known: Int | None


class After(Node, frozen=True):
    what: Condition | Readback | Barrier


class Readback(Node, frozen=True):
    pass


class Barrier(Node, frozen=True):
    pass


class Within(Node, frozen=True):
    low: Int
    high: Int


class MemberBank(Node, frozen=True):
    attrs: Attrs
    condition: Condition
    members: tuple[Member, ...]


# ---------------------------------------------------------------- fields


class Field(Node, frozen=True):
    attrs: Attrs
    name: Name
    dim: AnyDim | None
    range: Range
    step: Int | None
    traits: tuple[Mode | Property, ...]
    reset: Number | None
    details: tuple[Detail, ...]


class Range(Node, frozen=True):
    """`[msb:lsb]`, or one bit."""

    first: Number
    last: Number | None


class Mode(Node, frozen=True):
    word: str


class Property(Node, frozen=True):
    key: str
    value: Int | Name


class Irq(Node, frozen=True):
    name: Name
    kinds: tuple[str, ...]


class Enables(Node, frozen=True):
    irq: Name


class Masks(Node, frozen=True):
    irq: Name


class Tests(Node, frozen=True):
    irq: Name


class Neutral(Node, frozen=True):
    value: Number


class Parity(Node, frozen=True):
    kind: Name
    range: Range


class Locks(Node, frozen=True):
    place: Place


class Locked(Node, frozen=True):
    condition: Condition


class Unlocked(Node, frozen=True):
    condition: Condition


class Writable(Node, frozen=True):
    condition: Condition


class Sets(Node, frozen=True):
    place: Place


class Clears(Node, frozen=True):
    place: Place


class Cleared(Node, frozen=True):
    effect: Effect


class On(Node, frozen=True):
    """`on read pop`"""

    way: Way
    what: Name


class Singlepulse(Node, frozen=True):
    pass


class ReadView(Node, frozen=True):
    pass


class EnumUse(Node, frozen=True):
    way: Way | None
    name: Name


class EnumHere(Node, frozen=True):
    way: Way | None
    name: Name | None
    values: tuple[EnumValue, ...]


class Enum(Node, frozen=True):
    attrs: Attrs
    name: Name
    values: tuple[EnumValue, ...]


class EnumValue(Node, frozen=True):
    attrs: Attrs
    name: Name
    value: Int | Pattern | Other
    text: Text | None


class Pattern(Node, frozen=True):
    """`0b1x0`"""

    text: str


class Other(Node, frozen=True):
    """`_`: any other value."""


# ---------------------------------------------------------------- sequences


class Sequence(Node, frozen=True):
    attrs: Attrs
    name: Name
    text: Text | None
    steps: tuple[Step, ...]


class AssertMasked(Node, frozen=True):
    items: tuple[Name, ...]


class Assign(Node, frozen=True):
    place: Place
    value: Number


class Wait(Node, frozen=True):
    condition: Condition
    timeout: str | None
    otherwise: Name | None


class Call(Node, frozen=True):
    name: Name


# ---------------------------------------------------------------- devices and patches


class Device(Node, frozen=True):
    attrs: Attrs
    name: Name
    text: Text | None
    items: tuple[Bus | Instance, ...]


class Instance(Node, frozen=True):
    attrs: Attrs
    name: Name
    dim: AnyDim | None
    map: Name
    arguments: tuple[Int, ...]
    base: Number
    step: Number | None
    alternate: Alternate | None
    text: Text | None
    wires: tuple[Wire | Span, ...] = ()


class Wire(Node, frozen=True):
    irq: Name
    number: Int
    text: Text | None


class Span(Node, frozen=True):
    """Addresses that an instance takes up."""

    offset: Int
    size: Int
    text: Text | None


class Patch(Node, frozen=True):
    attrs: Attrs
    name: Name
    edits: tuple[Edit | EditWithin, ...]


class Edit(Node, frozen=True):
    globs: Globs
    change: Change


class EditWithin(Node, frozen=True):
    globs: Globs
    edits: tuple[InnerEdit, ...]


class InnerEdit(Node, frozen=True):
    """The names, and last the change to all of them."""

    items: tuple[Name | Change, ...]


class Change(Node, frozen=True):
    traits: tuple[Mode | Property, ...]
    reset: Number | None
    details: tuple[Detail, ...]


class Globs(Node, frozen=True):
    items: tuple[Glob, ...]


class Glob(Node, frozen=True):
    """Any of these."""

    items: tuple[Name | Wild, ...]


class Wild(Node, frozen=True):
    text: str


Decl = Regmap | Device | Patch | Enum
Item = (
    Bus | Reserved | Register | Block | Memory | Bitmap | Aliases | Unlock | Retired | Bank | Page
    | Sequence | Enum
)  # fmt: skip
AnyDim = Count | Labels | Numbered
Option = (
    Width | Accessed | Ordered | Volatile | Stable | Shadow | Latched | Reset | After | Alternate
    | Within | Mode | Property
)  # fmt: skip
Member = Field | Reserved | Retired | MemberBank
Detail = (
    Text | EnumUse | EnumHere | Irq | Enables | Masks | Tests | Neutral | Parity | Locks | Locked
    | Unlocked | Writable | Sets | Clears | Cleared | On | Singlepulse | ReadView | Within
)  # fmt: skip
Step = AssertMasked | Assign | Wait | Call
