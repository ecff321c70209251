"""Floor 4: files made of checked IR. A back end returns texts; it never writes or diagnoses."""
