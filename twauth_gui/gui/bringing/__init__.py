"""Bringing in what other tools left."""
