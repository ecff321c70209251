"""Register maps as `.kreg`, the way a person would write them."""

from kestrel.backends.kreg.maps import write_kreg

__all__ = ["write_kreg"]
