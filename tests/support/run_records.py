"""Records of a test run: unexpected log records, and the faults that docs/reliability.md counts."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import NoReturn

import pytest
from typing_extensions import override


class LogGuard(logging.Handler):
    """Collects records of WARNING and above; expect() declares the ones a test wants."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    @override
    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    @contextmanager
    def expect(self, part: str) -> Generator[None]:
        """Demand at least one record whose text contains part, and take all such away."""
        before = len(self.records)
        yield
        fresh = self.records[before:]
        wanted = [record for record in fresh if part in record.getMessage()]
        assert wanted, f"nobody logged {part!r}; seen: {[r.getMessage() for r in fresh]}"
        self.records[before:] = [record for record in fresh if record not in wanted]


PROOF_PROPERTY = "proof"


READER_PROPERTY = "reader"


class FaultProof:
    """Records what a test saw in the report of the run (pytest --junitxml).

    make reliability turns it into a page: packaging/docs/reliability.py.
    """

    def __init__(self, record: Callable[[str, object], None]) -> None:
        self._record = record

    def record(self, fault: str, promise: str, **counts: int) -> None:
        """Say what was done to the store, what has to hold, and how often it was tried and seen.

        Args:
            fault: the same words in every call of a test.
            promise: what would have failed the test.
            counts: numbers; those of the variants of a test are added up.
        """
        entry = {"fault": fault, "promise": promise, "counts": counts}
        self._record(PROOF_PROPERTY, json.dumps(entry))

    def miss(self, name: str, syntax: str, reason: str) -> NoReturn:
        """Skip the test for want of a program, and say so in the report."""
        ReaderRecord(self._record, name, syntax).miss(reason)


class ReaderRecord:
    """Records who read exported texts back, in the report of the run."""

    def __init__(self, record: Callable[[str, object], None], name: str, syntax: str) -> None:
        self._record = record
        self._entry: dict[str, object] = {"name": name, "syntax": syntax}
        self.version = ""
        self.values = 0

    def save(self) -> None:
        counts = {"version": self.version, "values": self.values}
        self._record(READER_PROPERTY, json.dumps(self._entry | counts))

    def miss(self, reason: str) -> NoReturn:
        """Skip the test, and say so in the report."""
        self._record(READER_PROPERTY, json.dumps(self._entry | {"missing": reason}))
        pytest.skip(reason)
