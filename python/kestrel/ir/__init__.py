"""Floor 2: the one intermediate representation: types, expressions, declarations."""
