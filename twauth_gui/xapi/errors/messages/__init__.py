"""Texts of diagnoses, one module for each table of docs/diagnoses.md."""
