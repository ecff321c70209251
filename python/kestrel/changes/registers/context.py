"""What old code does to the bits of a register, by the old map."""

from __future__ import annotations

import msgspec

from kestrel.ir.flat import FlatField, fields
from kestrel.ir.registers import Policy, Register, Reserved


class Context(msgspec.Struct, frozen=True):
    """A register of the old map, with the policy of its map for bits of no field."""

    register: Register
    policy: Policy

    @property
    def flat(self) -> tuple[FlatField, ...]:
        return fields(self.register)

    @property
    def is_read(self) -> bool:
        if not self.register.fields:
            return self.register.access.readable
        return any(each.access.readable for each in self.register.fields)

    @property
    def is_written(self) -> bool:
        if not self.register.fields:
            return self.register.access.writable
        return any(each.access.writable for each in self.register.fields)

    def taken(self) -> int:
        """Bits that are of fields."""
        mask = 0
        for each in self.flat:
            mask |= each.of.mask >> each.of.lsb << each.lsb
        return mask

    def policy_of(self, mask: int) -> Policy | None:
        """For bits of no field; None, if nothing is said of them: code does as it likes."""
        found: Policy | None = None if self.policy == "reset" else self.policy
        for each in self.register.reserved:
            if _bits(each) & mask == mask:
                found = each.policy
        return found

    def written_as(self, mask: int) -> int | None:
        """What a full write has in bits of no field; None: what was read."""
        policy = self.policy_of(mask)
        if policy == "keep":
            return None
        if policy == "one":
            return mask
        return 0 if policy == "zero" else self.register.reset & self.register.known & mask


def _bits(reserved: Reserved) -> int:
    """Of no bits, all."""
    if reserved.lsb is None or reserved.msb is None:
        return -1
    return (1 << reserved.msb - reserved.lsb + 1) - 1 << reserved.lsb
