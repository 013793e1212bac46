"""Programs of the system that some tests need."""

from __future__ import annotations

import os
import shutil

import pytest

from twauth_gui.gui.webview.guard import reason_against


def require_program(name: str) -> str:
    """Give the path of a program; skip the test where it is missing, but fail in CI."""
    path = shutil.which(name)
    if path is not None:
        return path
    if os.environ.get("CI") == "true":
        pytest.fail(f"{name} is not installed, and in CI it has to be")
    pytest.skip(f"{name} is not installed")


def require_isolation() -> None:
    """Skip the test where Chromium cannot isolate its pages; in CI that fails it."""
    reason = reason_against(os.environ, root=os.geteuid() == 0)
    if reason:
        pytest.skip(f"no web page can be shown here: {reason}")
