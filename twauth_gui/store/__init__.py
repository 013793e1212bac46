"""Storage: keychain items, the encrypted file, the index, backups."""
