"""Reading of any text that may hold credentials, in stages from bytes to accounts."""
