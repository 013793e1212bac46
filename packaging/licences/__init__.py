"""Finds who owns every file of a bundle, and writes their licences and a list of them all."""
