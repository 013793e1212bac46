"""The dialogs about developer apps."""
