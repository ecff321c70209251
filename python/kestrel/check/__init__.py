"""Floor 3: syntax trees → checked IR. Everything that can be rejected is rejected here."""

from kestrel.check.load import Loaded, check_source, load

__all__ = ["Loaded", "check_source", "load"]
