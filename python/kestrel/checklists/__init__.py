"""Checklists whose items a machine goes through, each with its evidence. One file a checklist."""
