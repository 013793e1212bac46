"""The dialog that exports credentials."""
