"""Reads the files in which other tools keep keys of X."""
