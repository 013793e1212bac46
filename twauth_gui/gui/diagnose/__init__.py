"""The sheet that looks whether this computer has what the program needs."""
