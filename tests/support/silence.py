"""Silence is the standard: a log record nobody expected fails the test that caused it."""

from __future__ import annotations

import logging
from collections.abc import Generator
from contextlib import contextmanager

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
