"""Register maps as CMSIS-SVD, and what that has no words for."""

from kestrel.backends.svd.unsaid import unsaid
from kestrel.backends.svd.write import write_svd

__all__ = ["unsaid", "write_svd"]
