"""The twauth command."""
