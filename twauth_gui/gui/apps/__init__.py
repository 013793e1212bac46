"""The sheets about developer apps."""
