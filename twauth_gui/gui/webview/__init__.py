"""The private view; imported when one is opened, because it loads a browser engine."""
