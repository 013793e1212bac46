"""The dialog that explains an error a bot has printed."""
