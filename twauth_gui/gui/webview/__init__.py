"""The private view; imported only when one is opened, because it loads a browser engine."""
