"""From an empty window to an app: paste the keys in any shape, be told what is odd about them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QLineEdit

from tests.services.ground import Ground, free_port
from tests.window.driver import Driver
from twauth_gui.gui.workspace.first_run import PasteDoor
from twauth_gui.services.pretend import PretendX

CLIENT_ID = "dGhpc2lzbm90YXJlYWxjbGllbnQ6MTpjaQ"


def paste(desk: Driver, text: str) -> None:
    """Bring keys along on the clipboard, as most people do."""
    desk.clipboard = text
    desk.press("Paste from clipboard")
    desk.wait_for("Add an app")


def value(desk: Driver, name: str) -> str:
    return desk.line(name).text()


def test_an_empty_store_shows_the_doors(desk: Driver) -> None:
    desk.open()
    desk.wait_for("Sign in your first bot account")
    desk.wait_for("Test Keyring")
    assert desk.has("Paste from clipboard")
    assert desk.has("Try it with a pretend X")


def test_pasted_keys_become_an_app(desk: Driver, ground: Ground) -> None:
    desk.open()
    demo = ground.sandbox.demo_app
    desk.type("Keys of your app", f"API_KEY={demo.api_key}")
    assert desk.has("Add this app")
    desk.type("Keys of your app", "")
    paste(desk, f'API_KEY="{demo.api_key}"\nexport API_SECRET={demo.api_secret}\n')
    assert (value(desk, "API key"), value(desk, "API secret")) == (demo.api_key, demo.api_secret)
    assert desk.line("API secret").echoMode() is QLineEdit.EchoMode.Password
    desk.press("Show the keys")
    assert desk.line("API secret").echoMode() is QLineEdit.EchoMode.Normal
    desk.type("Name in this window", "Newsroom")
    desk.type("Callback URLs", demo.callbacks[0])
    desk.type("API host", ground.sandbox.url)
    desk.press("Save app")
    desk.wait_for("Add an account")
    (app,) = ground.kit.store.apps.all()
    assert (app.label, app.callback, app.hosts.api) == (
        "Newsroom",
        demo.callbacks[0],
        ground.sandbox.url,
    )
    desk.wait_for(f"Returns to {demo.callbacks[0]}")
    assert desk.clipboard.startswith("API_KEY")  # not ours to clear


def test_swapped_keys_are_put_right(desk: Driver, ground: Ground) -> None:
    desk.open()
    demo = ground.sandbox.demo_app
    paste(desk, f"{demo.api_secret}\n{demo.api_key}\n")
    assert (value(desk, "API key"), value(desk, "API secret")) == (demo.api_key, demo.api_secret)


def test_keys_in_the_wrong_field_are_told(desk: Driver, ground: Ground) -> None:
    desk.open()
    demo = ground.sandbox.demo_app
    paste(desk, json.dumps({"api_key": demo.api_key, "api_secret": demo.api_secret}))
    desk.type("API key", demo.api_secret)
    assert "looks like" in desk.line("API key").accessibleDescription()
    desk.type("API key", demo.api_key)
    desk.type("API secret", CLIENT_ID)
    assert "looks like an OAuth 2.0 client ID" in desk.line("API secret").accessibleDescription()
    desk.type("API secret", "two words")
    assert not desk.button("Save app").isEnabled()
    desk.type("API secret", demo.api_secret)
    assert desk.button("Save app").isEnabled()


def test_an_address_that_cannot_be_used_is_told(desk: Driver, ground: Ground) -> None:
    desk.open()
    demo = ground.sandbox.demo_app
    paste(desk, f"{demo.api_key}\n{demo.api_secret}")
    desk.type("Callback URLs", "http://localhost:8739/callback")
    assert "localhost" in desk.field("Callback URLs").accessibleDescription()
    assert not desk.button("Save app").isEnabled()
    desk.type("Callback URLs", "http://127.0.0.1:8739/callback")
    desk.type("API host", "http://api.example")
    assert not desk.button("Save app").isEnabled()


def test_nothing_useful_on_the_clipboard(desk: Driver) -> None:
    desk.open()
    paste(desk, "see you at noon")
    desk.wait_for("There is no key of X in this text.")
    assert not desk.button("Save app").isEnabled()
    desk.press("Cancel")
    assert desk.window.desk.sheets.count() == 0


def drop(desk: Driver, path: Path) -> None:
    """Let go of a file over the door."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    (door,) = desk.window.findChildren(PasteDoor)
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    door.dropEvent(QDropEvent(QPointF(10, 10), copy, mime, left, none))


def test_a_dropped_file(desk: Driver, ground: Ground, tmp_path: Path) -> None:
    demo = ground.sandbox.demo_app
    path = tmp_path / ".env"
    path.write_bytes(f"API_KEY={demo.api_key}\r\nAPI_SECRET={demo.api_secret}\r\n".encode())
    desk.open()
    drop(desk, path)
    desk.wait_for("Add an app")
    assert (value(desk, "API key"), value(desk, "API secret")) == (demo.api_key, demo.api_secret)


@pytest.mark.parametrize("what", ["folder", "pipe"])
def test_what_is_dropped_and_no_file(desk: Driver, tmp_path: Path, what: str) -> None:
    """A pipe would be waited for, and with it whatever comes after."""
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    desk.open()
    drop(desk, tmp_path / what)
    desk.wait_for("The file was not read")
    desk.press("Close")
    desk.wait_for("Sign in your first bot account")


def test_the_pretend_x_is_found_where_it_runs(desk: Driver, ground: Ground) -> None:
    PretendX(ground.kit.store).start(free_port_of(ground))
    desk.open()
    desk.press("Try it with a pretend X")
    desk.wait_for("A small server on this computer")
    desk.press("Cancel")
    assert desk.window.desk.sheets.count() == 0
    assert free_port() > 0


def free_port_of(ground: Ground) -> int:
    return int(ground.sandbox.url.rpartition(":")[2])


def test_the_pretend_x_is_broken_and_mended(desk: Driver, ground: Ground) -> None:
    pretend = ground.kit.pretend_x
    pretend.start(free_port())
    desk.open()
    desk.window.pretend_x()
    desk.press("Break it…")
    desk.wait_for("Nothing is wrong with it now.")
    desk.press("Rate limited")
    desk.press("Clock ahead")
    desk.wait_for("2 things are wrong with it now.")
    assert pretend.faults == ("rate-limited", "clock-ahead")
    desk.press("Turn all off")
    desk.wait_for("Nothing is wrong with it now.")
    assert not pretend.faults
