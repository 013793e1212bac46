"""Import: what is searched, shown as a table, chosen, saved, and left as plain text."""
