"""Small widgets that every view is made of."""
