"""A pretend X on loopback; imports nothing else of ours."""
