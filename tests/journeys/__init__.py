"""The whole program, driven from outside through real parts."""
