"""Diagnoses of failed calls: what X answered, or what the libraries raised, in words."""
