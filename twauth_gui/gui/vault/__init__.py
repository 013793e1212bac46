"""The vault in the window: opened, locked, created, moved."""
