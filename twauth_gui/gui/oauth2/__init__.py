"""What the window has for OAuth 2.0 alone."""
