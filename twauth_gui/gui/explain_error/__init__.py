"""The dialog that explains what a bot has printed."""
