"""The self-test of a bundled program: every part is tried once, where it was installed."""
