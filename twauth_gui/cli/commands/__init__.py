"""One module per family of subcommands."""
