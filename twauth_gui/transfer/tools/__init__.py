"""Readers of the files in which other tools store X keys."""
