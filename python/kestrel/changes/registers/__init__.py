"""What a change of a register map means for software that used the old one."""

from kestrel.changes.registers.compare import compare_maps
from kestrel.changes.registers.findings import Comparison, Finding

__all__ = ["Comparison", "Finding", "compare_maps"]
