"""Floor 3: what others write, as Kestrel's own text."""
