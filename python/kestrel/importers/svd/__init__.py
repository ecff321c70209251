"""CMSIS-SVD, in which vendors describe their chips."""

from kestrel.importers.svd.read import read_svd

__all__ = ["read_svd"]
