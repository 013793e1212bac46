"""Reading what bots print when X refuses them."""
