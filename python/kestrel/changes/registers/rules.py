"""The rules of register changes: the one table that findings, docs and tests come from.

Three verdicts. `names`: does source that used the old names still compile, and mean the same?
`layout`: do old binaries still touch the right bits? `behaviour`: does an old read, write or
read-modify-write still do the same?
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Verdict = Literal["none", "compatible", "behavioural", "breaking"]
VERDICTS: tuple[Verdict, ...] = ("none", "compatible", "behavioural", "breaking")
"""From good to bad. Behavioural: it goes on working, and does something else."""
Bump = Literal["none", "patch", "minor", "major"]
BUMPS: dict[Verdict, Bump] = {
    "none": "patch",
    "compatible": "minor",
    "behavioural": "minor",
    "breaking": "major",
}
"""What the worst verdict means for a version. Semantic Versioning 2.0.0."""

NONE: Verdict = "none"
FINE: Verdict = "compatible"
DIFFERENT: Verdict = "behavioural"
BAD: Verdict = "breaking"


class Rule(NamedTuple):
    id: str
    change: str
    names: Verdict
    layout: Verdict
    behaviour: Verdict
    why: str
    do: str

    @property
    def overall(self) -> Verdict:
        return max((self.names, self.layout, self.behaviour), key=VERDICTS.index)


RENAME = "use the new name; `--compat-header` keeps the old one for a while"
LOOK = "look at all code that uses it"
BUILD = "build old software again with the new headers"
NOTHING = "nothing has to be done"
MASKS = "write these bits as the new map says, in all old code"

TABLE: tuple[Rule, ...] = (
    # ---- names
    Rule("R01", "register, block or memory renamed", BAD, NONE, NONE,
         "the old name is gone; what is there is the same", RENAME),
    Rule("R02", "field renamed", BAD, NONE, NONE,
         "the old name is gone; the bits are the same", RENAME),
    Rule("R03", "names swapped", BAD, NONE, NONE,
         "old source still compiles, and means the other one", "look at each use of both names"),
    Rule("R04", "name reused for another thing", BAD, NONE, NONE,
         "old source still compiles, and means something else", "give the new thing a new name"),
    Rule("R05", "array unrolled", BAD, NONE, NONE,
         "what was an index is part of a name now; the addresses are the same",
         "name the items one by one"),
    Rule("R06", "single things made an array", BAD, NONE, NONE,
         "what was part of a name is an index now; the addresses are the same", "use the index"),
    Rule("R07", "enum value renamed", BAD, NONE, NONE,
         "the old name is gone; the value is the same", RENAME),
    Rule("R08", "enum value removed", BAD, NONE, NONE,
         "source that names the value does not compile", "look at what the value does now"),
    Rule("R09", "name of an enum value has another value", BAD, NONE, NONE,
         "old source still compiles, and means the other value", BUILD),
    Rule("R10", "peripheral renamed", BAD, NONE, NONE,
         "the old name is gone; the address is the same", RENAME),
    Rule("R11", "retired name used again", BAD, NONE, NONE,
         "source of long ago would compile, and mean something else",
         "give the new thing a new name"),
    Rule("R12", "map renamed", BAD, NONE, NONE, "headers and types have another name", RENAME),
    # ---- what there is
    Rule("R20", "peripheral added", FINE, FINE, FINE, "nothing old is touched", NOTHING),
    Rule("R21", "peripheral removed", BAD, BAD, BAD, "there is nothing at its addresses", LOOK),
    Rule("R22", "peripheral moved", NONE, BAD, NONE,
         "old binaries use the old address", BUILD),
    Rule("R23", "register, block or memory added", FINE, FINE, FINE,
         "nothing old is touched", NOTHING),
    Rule("R24", "register, block or memory removed", BAD, BAD, BAD,
         "what old code reads and writes there is not said any more", LOOK),
    Rule("R25", "register, block or memory moved", NONE, BAD, NONE,
         "old binaries use the old address", BUILD),
    Rule("R26", "field added", FINE, FINE, FINE,
         "old code leaves these bits as they are after a reset, or as it finds them", NOTHING),
    Rule("R27", "field removed", BAD, BAD, BAD,
         "what its bits do is not said any more", LOOK),
    Rule("R28", "field moved", NONE, BAD, NONE,
         "old binaries use the old bits", BUILD),
    Rule("R29", "field made wider", NONE, DIFFERENT, NONE,
         "old masks leave its upper bits out", BUILD),
    Rule("R30", "field made narrower", NONE, BAD, NONE,
         "old masks reach into bits that are not its own", BUILD),
    Rule("R31", "array made longer", FINE, FINE, NONE, "the old items are where they were",
         NOTHING),
    Rule("R32", "array made shorter", BAD, BAD, BAD, "the last items are gone", LOOK),
    Rule("R33", "items of an array further apart, or closer", NONE, BAD, NONE,
         "old binaries use the old addresses of all but the first", BUILD),
    Rule("R34", "register has another width", NONE, BAD, BAD,
         "old accesses are too wide or too narrow", BUILD),
    Rule("R35", "narrower accesses allowed", NONE, NONE, FINE,
         "old accesses are as wide as they may be", NOTHING),
    Rule("R36", "only wider accesses allowed", NONE, NONE, BAD,
         "the bus may refuse old accesses, or write bits that they leave out", BUILD),
    Rule("R37", "other byte or word order", NONE, BAD, BAD,
         "old code puts the parts together in the wrong order", BUILD),
    Rule("R38", "memory or bitmap made larger", FINE, FINE, NONE,
         "the old words are where they were", NOTHING),
    Rule("R39", "memory or bitmap made smaller", NONE, BAD, BAD,
         "its last words are gone", "stay within its new size"),
    Rule("R40", "memory or bitmap has words of another width", NONE, BAD, BAD,
         "old code counts in other words", BUILD),
    # ---- access
    Rule("R50", "cannot be read any more", NONE, NONE, BAD,
         "old reads give nothing, and old read-modify-writes write it back",
         "do not read it; keep a copy of what was written"),
    Rule("R51", "cannot be written any more", NONE, NONE, BAD,
         "old writes do nothing", "look at what changes it now"),
    Rule("R52", "can be read, too", NONE, NONE, FINE, "old code does not read it", NOTHING),
    Rule("R53", "can be written, too", NONE, NONE, DIFFERENT,
         "old writes of the register store what they have in these bits", MASKS),
    Rule("R54", "can be written once only", NONE, NONE, BAD,
         "all old writes but the first do nothing", "write it once, after a reset"),
    Rule("R55", "can be written again and again", NONE, NONE, FINE,
         "old code writes it once", NOTHING),
    Rule("R56", "a write does something else", NONE, NONE, BAD,
         "the values that old code writes mean something else", LOOK),
    Rule("R57", "a read changes it", NONE, NONE, BAD,
         "old code that only looks takes the flag from others",
         "read it once, where it is handled"),
    Rule("R58", "a read changes it no more, or otherwise", NONE, NONE, DIFFERENT,
         "old code relies on the read to change it", "clear it by a write"),
    # ---- new fields in bits that old code writes
    Rule("R60", "new field that a write of 1 changes", NONE, FINE, BAD,
         "old read-modify-writes write back the 1 that they read, and change it", MASKS),
    Rule("R61", "new field that a write of 1 changes, in bits written as 0", FINE, FINE, FINE,
         "old code writes 0 there, which changes nothing", NOTHING),
    Rule("R62", "new field that a write of 0 changes", NONE, FINE, BAD,
         "old code writes 0 there, and changes it", MASKS),
    Rule("R63", "new field that a write of 0 changes, in bits written as 1", FINE, FINE, FINE,
         "old code writes 1 there, which changes nothing", NOTHING),
    Rule("R64", "new field that any write changes", NONE, FINE, BAD,
         "each old write of the register changes it", MASKS),
    Rule("R65", "new field that a read changes, in a register that is read", NONE, FINE, BAD,
         "old reads of the register take the flag from others",
         "read the register once, where the flag is handled"),
    Rule("R66", "new field that a read changes", NONE, FINE, DIFFERENT,
         "nothing old reads the register", NOTHING),
    Rule("R67", "new field that is not 0 after a reset, in bits written as 0", NONE, FINE, BAD,
         "each old full write of the register switches it off", MASKS),
    Rule("R68", "new field that is not 0 after a reset, in bits that are kept", NONE, FINE,
         DIFFERENT, "old code keeps it, and it does something from the start", NOTHING),
    # ---- values
    Rule("R70", "another value after a reset", NONE, NONE, DIFFERENT,
         "old code that does not write it finds another value", "write what is needed"),
    Rule("R71", "new enum value of what hardware sets", FINE, NONE, DIFFERENT,
         "old code reads a value that it does not know", "handle the new value where it is read"),
    Rule("R72", "new enum value of what software sets", FINE, NONE, FINE,
         "old code does not write it", "handle the new value in exhaustive switches"),
    Rule("R73", "fewer values may be written", NONE, NONE, BAD,
         "old code may write one of the others", "stay within the new bounds"),
    Rule("R74", "more values may be written", NONE, NONE, FINE, "old values are all allowed",
         NOTHING),
    Rule("R75", "another neutral value", NONE, NONE, BAD,
         "what old code writes to change nothing does something now", BUILD),
    Rule("R76", "other bits of no field are written otherwise", NONE, NONE, DIFFERENT,
         "old code writes them as the old map said", BUILD),
    # ---- locks
    Rule("R80", "lock added that is closed after a reset", NONE, NONE, BAD,
         "old writes do nothing", "open the lock before the first write"),
    Rule("R81", "lock added that is open after a reset", NONE, NONE, FINE,
         "old code does not close it", NOTHING),
    Rule("R82", "lock taken away", NONE, NONE, FINE, "old code opens what is open", NOTHING),
    Rule("R83", "another lock", NONE, NONE, BAD, "old code opens the wrong one",
         "open the new lock before a write"),
    Rule("R84", "other keys, or another place for them", NONE, NONE, BAD,
         "the old keys open nothing", BUILD),
    Rule("R85", "locks other things", NONE, NONE, BAD,
         "what old code writes after it may do nothing", LOOK),
    # ---- interrupts
    Rule("R90", "interrupt of another kind", NONE, NONE, BAD,
         "old handlers clear it in a way that does not do, or wait for an edge that does not come",
         "clear the cause, or the flag, as the new kind needs"),
    Rule("R91", "shows an interrupt now", NONE, NONE, FINE, "old code does not let it through",
         NOTHING),
    Rule("R92", "shows no interrupt, or another", NONE, NONE, BAD,
         "old handlers are not called", LOOK),
    Rule("R93", "enables what it masked, or masks what it enabled", NONE, NONE, BAD,
         "old code switches interrupts on where it means off", "write the opposite value"),
    Rule("R94", "enables, masks or tests another interrupt, or none", NONE, NONE, BAD,
         "old code switches the wrong interrupt", LOOK),
    Rule("R95", "interrupt has another number", NONE, BAD, NONE,
         "old vector tables call the wrong handler", BUILD),
    Rule("R96", "interrupt added", FINE, FINE, NONE, "old code does not enable it", NOTHING),
    Rule("R97", "interrupt removed", BAD, NONE, BAD, "the handler is not called", LOOK),
    # ---- what hardware does
    Rule("R100", "the other one of software and hardware wins", NONE, NONE, BAD,
         "what old code writes at the same time as hardware is lost, or kept, other than before",
         LOOK),
    Rule("R101", "another reset signal", NONE, NONE, BAD,
         "it keeps, or loses, its value in a reset where it did not", "write it after each reset"),
    Rule("R102", "counter, or its saturation, changed", NONE, NONE, DIFFERENT,
         "it counts on, or stops, where it did not", LOOK),
    Rule("R103", "hardware sets or clears it, or does no more", NONE, NONE, DIFFERENT,
         "it changes where old code does not expect it", LOOK),
    Rule("R104", "goes back to 0 by itself, or does no more", NONE, NONE, DIFFERENT,
         "old code reads another value than it wrote", LOOK),
    Rule("R105", "hardware has other access to it", NONE, NONE, DIFFERENT,
         "it changes where it did not, or no more", LOOK),
    Rule("R106", "a write or read has other effects on others", NONE, NONE, DIFFERENT,
         "other bits change where they did not, or no more", LOOK),
    Rule("R107", "takes effect later, or in another way", NONE, NONE, BAD,
         "old code goes on before it has taken effect, or does not write it as it has to be",
         BUILD),
    Rule("R108", "in another bank", NONE, NONE, BAD,
         "old code does not switch to where it is", BUILD),
    Rule("R109", "other parity", NONE, NONE, BAD, "what old code writes is refused", BUILD),
    Rule("R110", "alias added", FINE, FINE, FINE, "old code does not use it", NOTHING),
    Rule("R111", "alias removed or moved", BAD, BAD, BAD,
         "old code writes to what is no alias", BUILD),
    Rule("R112", "sequence added", FINE, NONE, NONE, "old code does not call it", NOTHING),
    Rule("R113", "sequence removed", BAD, NONE, NONE, "source that calls it does not compile",
         LOOK),
    Rule("R114", "sequence has other steps", NONE, NONE, DIFFERENT,
         "it does something else when it is built again", LOOK),
    Rule("R115", "changes by itself, or does no more", NONE, NONE, FINE,
         "accesses are volatile in any case", NOTHING),
    # ---- for people
    Rule("R120", "told otherwise", NONE, NONE, NONE, "only what people read changed", NOTHING),
)  # fmt: skip
RULES: dict[str, Rule] = {each.id: each for each in TABLE}
