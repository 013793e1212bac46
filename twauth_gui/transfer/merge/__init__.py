"""Merge of an export into a file that is there, in which every other byte stays."""
