"""The pane that shows the selected account or pending sign-in."""
