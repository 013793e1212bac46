"""The dialog that imports credentials of other tools."""
