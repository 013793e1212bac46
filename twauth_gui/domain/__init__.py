"""The words of the program; standard library only."""
