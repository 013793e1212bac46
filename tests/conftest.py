"""Rules for every test: warnings and unexpected log records fail."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Callable, Generator, Iterator

import pytest

from tests.support.proof import Proof
from tests.support.silence import LogGuard

# Started in the background of a shell, this process ignores Ctrl+C, and so would every program
# that a test starts and interrupts.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Before any test imports Qt: nothing here needs a screen; journeys start their own X server.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let nothing be skipped in CI: what cannot run there is a fault of the set-up."""
    report = yield
    if report.skipped and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and in CI nothing may be: {report.longrepr}"
    return report


@pytest.fixture(autouse=True)
def log_guard() -> Iterator[LogGuard]:
    guard = LogGuard()
    root = logging.getLogger()
    root.addHandler(guard)
    yield guard
    root.removeHandler(guard)
    seen = [f"{record.name}: {record.getMessage()}" for record in guard.records]
    assert not seen, f"unexpected log records: {seen}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that docs/reliability.md is made of."""
    for item in items:
        if "proof" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.proof)


@pytest.fixture
def proof(record_property: Callable[[str, object], None]) -> Proof:
    return Proof(record_property)
