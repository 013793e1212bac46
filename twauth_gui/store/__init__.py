"""Everything kept: the keychain items, the index."""
