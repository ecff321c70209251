"""Floor 1: from text to syntax tree, and back."""
