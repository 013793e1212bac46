"""What is shown of the selected account."""
