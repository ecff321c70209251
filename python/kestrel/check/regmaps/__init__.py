"""Register maps: from their syntax tree to their IR."""

from kestrel.check.regmaps.lower import apply_patches, check_maps

__all__ = ["apply_patches", "check_maps"]
