"""Pages for people: what there is in a register map, in HTML and in Markdown."""
