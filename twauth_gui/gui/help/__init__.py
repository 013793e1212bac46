"""Help inside the window: the guide, the keyboard shortcuts, hints."""
