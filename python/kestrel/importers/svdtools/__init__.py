"""Patches in the YAML of svdtools, in which communities mend vendors' SVD files."""

from kestrel.importers.svdtools.apply import apply_yaml

__all__ = ["apply_yaml"]
