"""Checks of accounts: one, or many within X's limits."""
