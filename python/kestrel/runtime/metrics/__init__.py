"""Metrics of a state, derived from its events, for Prometheus."""
