"""What the store's promises rest on: each guard can be removed, and a test then fails."""
