"""What people read in place of the values that are stored.

It imports nothing: twauth list needs these words and hardly more time than Python's own start.
"""

from __future__ import annotations

HEALTH_WORDS = {
    "never-checked": "Never checked",
    "working": "Working",
    "read-only": "Read only",
    "revoked": "Revoked",
    "suspended": "Suspended",
    "locked": "Locked by X",
    "app-problem": "App problem",
    "cannot-tell": "Cannot tell",
    "credential-missing": "Missing",
}

ACCESS_BADGES = {
    "read": "R",
    "read-write": "RW",
    "read-write-directmessages": "RW+DM",
}
