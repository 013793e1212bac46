"""Every scene looks as it was approved."""

from __future__ import annotations

import importlib
import pkgutil
import sys

import pytest

import twauth_gui.gui
from tests.pictures.gallery import compare, list_shown_dialogs, render, show_changes
from tests.pictures.variants import VARIANTS
from twauth_gui.gui.parts.dialog import Dialog

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="text is drawn by fontconfig")

APPROVAL = (
    "Look at {folder}: actual, approved, difference. If they are as you want them, approve them"
    " in the same commit: make screenshots APPROVE=1"
)


@pytest.mark.parametrize("name", VARIANTS)
def test_every_scene_looks_as_approved(name: str) -> None:
    render(VARIANTS[name])
    changed = compare(VARIANTS[name])
    folder = show_changes(VARIANTS[name], changed)
    assert changed == [], APPROVAL.format(folder=folder)
    assert list_shown_dialogs(VARIANTS[name]) == _list_dialogs(), "a dialog has no scene"


def _list_dialogs() -> set[str]:
    """Return the names of all classes of dialogs that the window has."""
    package = twauth_gui.gui
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if ".webview." not in module.name:  # loads a browser engine
            importlib.import_module(module.name)
    found: set[str] = set()
    waiting: list[type[Dialog]] = [Dialog]
    while waiting:
        kinds = waiting.pop().__subclasses__()
        waiting += kinds
        found.update(one.__name__ for one in kinds if one.__module__.startswith("twauth_gui"))
    return found
