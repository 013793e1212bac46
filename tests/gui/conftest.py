"""The look that every test of a widget needs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.qt import look

__all__ = ["look"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Allow the offscreen plugin's message about size hints: it has no windows."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support"))
