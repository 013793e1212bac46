"""The sheets of a sign-in."""
