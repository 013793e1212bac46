"""The sheets that back everything up, and that bring it in again."""
