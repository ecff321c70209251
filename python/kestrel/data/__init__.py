"""Floor 3: from files and values in data formats to snapshots of a schema."""
