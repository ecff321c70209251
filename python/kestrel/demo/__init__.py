"""Floor 7: `kestrel-run demo`, which uses the commands and the public API alone."""
