"""Proves that work is waited for no longer than its deadline, and that nothing it gives is lost."""

from __future__ import annotations

import threading

import pytest

from twauth_gui.xapi.deadline import DeadlineExceededError, run_with_deadline


def forbid_abort() -> None:
    """Fail the test: the work must not be aborted."""
    raise AssertionError


def test_what_the_work_gives_or_raises_comes_through() -> None:
    assert run_with_deadline(5, lambda: 17, forbid_abort) == 17

    def fail() -> None:
        raise TimeoutError("its own")

    with pytest.raises(TimeoutError, match="its own"):
        run_with_deadline(5, fail, forbid_abort)


def test_work_that_does_not_end_is_given_up() -> None:
    release = threading.Event()
    with pytest.raises(DeadlineExceededError):
        run_with_deadline(0.05, lambda: release.wait(10), release.set)
    assert release.is_set()
