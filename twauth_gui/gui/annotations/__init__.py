"""Tags, notes and favourite marks in the window."""
