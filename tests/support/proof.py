"""What a test saw of a fault, kept for docs/reliability.md."""

from __future__ import annotations

import json
from collections.abc import Callable

PROPERTY = "proof"


class Proof:
    """Writes what was seen into the report of the run (pytest --junitxml).

    make reliability makes the page of it: packaging/docs/reliability.py.
    """

    def __init__(self, record: Callable[[str, object], None]) -> None:
        self._record = record

    def saw(self, fault: str, promise: str, **counts: int) -> None:
        """Say what was done to the store, what has to hold, and how often it was tried and seen.

        Args:
            fault: the same words in every call of a test.
            promise: what would have failed the test.
            counts: numbers; those of the variants of a test are added up.
        """
        told = {"fault": fault, "promise": promise, "counts": counts}
        self._record(PROPERTY, json.dumps(told))
