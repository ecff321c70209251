"""Valid sections of a Prometheus configuration, and what breaks them.

Each rule that Prometheus documents is broken at least once, and all but broken once beside that.
What is expected was written from its documentation and its loader, not from what the schema says.
"""
