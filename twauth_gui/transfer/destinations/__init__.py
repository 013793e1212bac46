"""Secret stores of other vendors, and the commands that read and write them."""
