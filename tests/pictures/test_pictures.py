"""Every scene looks as it was approved."""

from __future__ import annotations

import importlib
import pkgutil
import sys

import pytest

import twauth_gui.gui
from tests.pictures.gallery import (
    SHARES,
    approved_folder,
    find_changes,
    read_dialogs,
    show_changes,
)
from tests.pictures.variants import VARIANTS
from twauth_gui.gui.parts.dialog import Dialog

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="text is drawn by fontconfig")

APPROVAL = (
    "Look at {folder}: actual, approved, difference. If they are as you want them, approve them"
    " in the same commit: make screenshots APPROVE=1"
)


@pytest.mark.parametrize("share", range(SHARES))
@pytest.mark.parametrize("name", VARIANTS)
def test_every_scene_looks_as_approved(name: str, share: int) -> None:
    variant = VARIANTS[name]
    folder, changed = find_changes(variant, share)
    sheets = show_changes(variant, folder, changed)
    assert changed == [], APPROVAL.format(folder=sheets)
    approved = [*read_dialogs(approved_folder(variant)).items()]
    assert [*read_dialogs(folder).items()] == approved[share::SHARES]


@pytest.mark.parametrize("name", VARIANTS)
def test_every_dialog_has_a_scene(name: str) -> None:
    shown = set(read_dialogs(approved_folder(VARIANTS[name])).values())
    assert shown - {""} == _list_dialogs()


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
