"""The sheet in which a person chooses how the program behaves."""
