"""The sheet that hands credentials over."""
