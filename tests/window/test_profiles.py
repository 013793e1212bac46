"""A profile opens in a window of its own, which names it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.support.installations import Installation
from tests.window.conftest import WindowFixtures
from tests.window.driver import WindowDriver
from tests.window.test_single_instance import owner, runtime
from twauth_gui.gui.parts.badges import Badge
from twauth_gui.gui.single_instance import InstanceServer
from twauth_gui.gui.start_request import StartRequest
from twauth_gui.gui.workspace.main_menu import open_profiles
from twauth_gui.sandbox.server import Sandbox
from twauth_gui.services.app_paths import find_app_paths
from twauth_gui.services.instance_lock import InstanceLock

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

__all__ = ["owner", "runtime"]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="its folders are XDG's")

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def data_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of all data, which programs that are started take over."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", str(REPOSITORY))
    monkeypatch.setenv("TWAUTH_DATA_DIR", str(tmp_path / "elsewhere"))
    return tmp_path


def test_the_window_names_its_profile(
    person: WindowFixtures, sandbox: Sandbox, data_home: Path
) -> None:
    installation = Installation.create(find_app_paths(profile="work").data, sandbox)
    driver = WindowDriver(person.qtbot, installation, person.look)
    driver.open()
    assert driver.window.windowTitle() == "work — Twauth"
    assert "Profile work" in {one.accessibleName() for one in driver.window.findChildren(Badge)}
    driver.close()
    installation.services.close()


def test_a_profile_is_made_and_opened(
    driver: WindowDriver, data_home: Path, runtime: Path, owner: QObject
) -> None:
    # The window of that profile is open already, so the one that is started only says so to it.
    lock = InstanceLock(find_app_paths(profile="work").data)
    server = InstanceServer(lock.address, owner)
    requests: list[StartRequest] = []
    server.requested.connect(requests.append)
    assert server.listen()
    driver.open()
    assert driver.window.windowTitle() == "Twauth"
    open_profiles(driver.window.context)
    driver.wait_until(lambda: driver.has_button("Open Default"))
    driver.type("New profile", "../work")
    driver.press("Create and open")
    driver.wait_for_text("at most 40 of them")
    driver.type("New profile", "work")
    QTest.keyClick(driver.line_edit("New profile"), Qt.Key.Key_Return)
    driver.wait_until(lambda: requests)
    assert driver.window.context.dialogs.count() == 0
    assert list(data_home.glob("twauth-profiles*")) == []
    lock.release()
