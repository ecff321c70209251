"""Floor 3: two IRs, or two configs, to what differs and what that means."""
