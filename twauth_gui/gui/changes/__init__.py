"""What checks have found to be different: the banner and the dialog."""
