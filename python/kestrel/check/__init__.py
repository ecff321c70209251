"""Floor 3: syntax tree to checked IR. Everything that can be rejected is rejected here."""
