"""Floor 4: the state file, reload, rollback, audit."""
