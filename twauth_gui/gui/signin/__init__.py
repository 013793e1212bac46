"""The dialogs of a sign-in."""
