"""What is wrong, or dangerous, with register maps of any format."""

from kestrel.check.registers.lint import check_registers
from kestrel.check.registers.size import check_size
from kestrel.check.registers.waivers import Waiver, waivers_of

__all__ = ["Waiver", "check_registers", "check_size", "waivers_of"]
