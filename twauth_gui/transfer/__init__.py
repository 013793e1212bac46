"""Everything that comes in or goes out."""
