"""Licences of a bundle: who owns each file, the licence texts, and a list of them all."""
