"""SystemRDL 2.0, through the compiler of the PeakRDL project."""

from kestrel.importers.rdl.read import read_rdl

__all__ = ["read_rdl"]
