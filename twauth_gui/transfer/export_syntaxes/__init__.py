"""Syntaxes of exports: a renderer for each, and the table that names them."""
