"""Rules for every test: warnings and unexpected log records fail."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.support.run_records import FaultProof, LogGuard

# Started in the background of a shell, this process ignores Ctrl+C, and so would every program
# that a test starts and interrupts.
signal.signal(signal.SIGINT, signal.default_int_handler)

# The programs buffer what they write, as they do for people, whatever this shell prefers.
os.environ.pop("PYTHONUNBUFFERED", None)

# Before any test imports Qt: nothing here needs a screen; journeys start their own X server.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# How fast a busy machine draws and runs examples says nothing about the program.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("quick", parent=settings.get_profile("patient"), max_examples=20)
settings.load_profile("patient")

HERE = Path(__file__).parent
QUICK_ROOMS = frozenset({"domain", "gui", "sandbox", "store", "transfer", "xapi"})
COVERAGE = "COVERAGE_PROCESS_CONFIG"
"""With it, every Python that starts loads coverage; set by pytest-cov."""
COVERAGE_CONFIG = pytest.StashKey[str]()
NOT_QUICK = ("journey", "keychain", "proof", "slow")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail every skipped test in CI: what cannot run there is a fault of the set-up."""
    report = yield
    if report.skipped and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and in CI nothing may be: {report.longrepr}"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how to repeat a failed run in the same order."""
    seed = terminalreporter.config.getoption("randomly_seed", None)
    if seed is not None and terminalreporter.stats.keys() & {"failed", "error"}:
        terminalreporter.write_line(f"The same order again: --randomly-seed={seed}")


@pytest.hookimpl(tryfirst=True)  # before its fixtures, which start programs
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave unmeasured what a test marked no_cover starts, too; as root, skip what proves nothing.

    Root may read and write everything.
    """
    if config := os.environ.pop(COVERAGE, ""):
        item.config.stash[COVERAGE_CONFIG] = config
    if COVERAGE_CONFIG in item.config.stash and not item.get_closest_marker("no_cover"):
        os.environ[COVERAGE] = item.config.stash[COVERAGE_CONFIG]
    if os.geteuid() == 0 and item.get_closest_marker("unprivileged"):
        pytest.skip("it needs an ordinary user: sh packaging/bootstrap/as-user makes root one")


@pytest.fixture(autouse=True)
def log_guard() -> Iterator[LogGuard]:
    guard = LogGuard()
    root = logging.getLogger()
    root.addHandler(guard)
    yield guard
    root.removeHandler(guard)
    messages = [f"{record.name}: {record.getMessage()}" for record in guard.records]
    assert not messages, f"unexpected log records: {messages}"


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """For `make quick` the rooms without quick tests are not even read."""
    if config.getoption("markexpr") != "quick" or collection_path.parent != HERE:
        return None
    return True if collection_path.is_dir() and collection_path.name not in QUICK_ROOMS else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that docs/reliability.md is made of, and those of `make quick`.

    Quick are the rooms whose tests need neither window nor keychain, except tests that are marked
    as slow.
    """
    for item in items:
        if "proof" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.proof)
        room = item.path.relative_to(HERE).parts[0]
        if room in QUICK_ROOMS and not any(map(item.get_closest_marker, NOT_QUICK)):
            item.add_marker(pytest.mark.quick)


@pytest.fixture
def proof(record_property: Callable[[str, object], None]) -> FaultProof:
    return FaultProof(record_property)
