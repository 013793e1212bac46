"""The self-test of an installed program: every part is tried once, where it was installed."""
