"""The Hjson in which OpenTitan describes its peripherals."""

from kestrel.importers.opentitan.read import read_hjson

__all__ = ["read_hjson"]
