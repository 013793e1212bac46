"""Files on the disk, written so that neither a crash nor another user harms them."""
