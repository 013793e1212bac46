"""From an empty window to an app: keys pasted in any format, with a note on what is odd."""

from __future__ import annotations

import json

from PySide6.QtCore import QMimeData, QPointF, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from tests.support.installations import Installation, find_free_port
from tests.window.driver import WindowDriver
from twauth_gui.gui.workspace.welcome_page import PasteKeysCard
from twauth_gui.services.sandbox_runner import SandboxRunner

CLIENT_ID = "dGhpc2lzbm90YXJlYWxjbGllbnQ6MTpjaQ"


def paste(driver: WindowDriver, text: str) -> None:
    """Bring keys along on the clipboard, as most people do."""
    driver.clipboard = text
    driver.press("Paste from clipboard")
    driver.wait_for_text("Add an app")


def value(driver: WindowDriver, name: str) -> str:
    return driver.line_edit(name).text()


def test_an_empty_store_shows_the_welcome_page(driver: WindowDriver) -> None:
    driver.open()
    driver.wait_for_text("Sign in your first bot account")
    driver.wait_for_text("Test Keyring")
    assert driver.has_button("Paste from clipboard")
    assert driver.has_button("Try it with a pretend X")
    assert driver.field("Keys of your app").hasFocus()


def test_pasted_keys_become_an_app(driver: WindowDriver, installation: Installation) -> None:
    driver.open()
    demo = installation.sandbox.demo_app
    driver.type("Keys of your app", f"API_KEY={demo.api_key}")
    assert driver.has_button("Add this app")
    driver.type("Keys of your app", "")
    paste(driver, f'API_KEY="{demo.api_key}"\nexport API_SECRET={demo.api_secret}\n')
    assert (value(driver, "API key"), value(driver, "API secret")) == (
        demo.api_key,
        demo.api_secret,
    )
    assert driver.line_edit("API secret").echoMode() is QLineEdit.EchoMode.Password
    driver.press("Show the keys")
    assert driver.line_edit("API secret").echoMode() is QLineEdit.EchoMode.Normal
    driver.type("Name in this window", "Newsroom")
    driver.type("Callback URLs", demo.callbacks[0])
    driver.type("API host", installation.sandbox.url)
    driver.press("Save app")
    driver.wait_for_text("Add an account")
    (app,) = installation.services.store.apps.list_all()
    assert (app.label, app.callback, app.hosts.api) == (
        "Newsroom",
        demo.callbacks[0],
        installation.sandbox.url,
    )
    driver.wait_for_text(f"Returns to {demo.callbacks[0]}")
    assert driver.clipboard.startswith("API_KEY")  # not ours to clear


def test_swapped_keys_are_put_right(driver: WindowDriver, installation: Installation) -> None:
    driver.open()
    demo = installation.sandbox.demo_app
    paste(driver, f"{demo.api_secret}\n{demo.api_key}\n")
    assert (value(driver, "API key"), value(driver, "API secret")) == (
        demo.api_key,
        demo.api_secret,
    )


def test_keys_in_the_wrong_field_are_pointed_out(
    driver: WindowDriver, installation: Installation
) -> None:
    driver.open()
    demo = installation.sandbox.demo_app
    paste(driver, json.dumps({"api_key": demo.api_key, "api_secret": demo.api_secret}))
    driver.type("API key", demo.api_secret)
    assert "looks like" in driver.line_edit("API key").accessibleDescription()
    driver.type("API key", demo.api_key)
    driver.type("API secret", CLIENT_ID)
    assert (
        "looks like an OAuth 2.0 client ID"
        in driver.line_edit("API secret").accessibleDescription()
    )
    driver.type("API secret", "two words")
    assert not driver.button("Save app").isEnabled()
    driver.type("API secret", demo.api_secret)
    assert driver.button("Save app").isEnabled()


def test_an_address_that_cannot_be_used_is_refused(
    driver: WindowDriver, installation: Installation
) -> None:
    driver.open()
    demo = installation.sandbox.demo_app
    paste(driver, f"{demo.api_key}\n{demo.api_secret}")
    driver.type("Callback URLs", "http://localhost:8739/callback")
    assert "localhost" in driver.field("Callback URLs").accessibleDescription()
    assert not driver.button("Save app").isEnabled()
    driver.type("Callback URLs", "http://127.0.0.1:8739/callback")
    driver.type("API host", "http://api.example")
    assert not driver.button("Save app").isEnabled()


def test_a_text_without_a_key_stays_and_is_told(driver: WindowDriver) -> None:
    driver.open()
    driver.clipboard = "see you at noon"
    driver.press("Paste from clipboard")
    driver.wait_for_text("On the clipboard: There is no X key in this text.")
    field = driver.field("Keys of your app")
    assert isinstance(field, QPlainTextEdit)
    assert field.toPlainText() == ""
    driver.type("Keys of your app", "see you at nine")
    assert not driver.has_text("There is no X key")
    driver.press("Add this app")
    driver.wait_for_text("There is no X key in this text.")
    assert field.toPlainText() == "see you at nine"
    assert field.accessibleDescription() == "There is no X key in this text."
    assert driver.window.context.dialogs.count() == 0


def test_keys_stay_until_there_is_an_app(driver: WindowDriver, installation: Installation) -> None:
    demo = installation.sandbox.demo_app
    driver.open()
    field = driver.field("Keys of your app")
    assert isinstance(field, QPlainTextEdit)
    field.setPlainText(f"{demo.api_key} {demo.api_secret}")
    driver.press("Add this app")
    driver.press("Cancel")
    assert field.toPlainText()
    driver.press("Add this app")
    driver.type("API host", installation.sandbox.url)
    driver.press("Save app")
    driver.wait_for_text("Sample accounts")
    assert not field.toPlainText()
    driver.press("@marsh_weather")
    assert value(driver, "Expected handle") == "marsh_weather"


def test_dropped_text(driver: WindowDriver, installation: Installation) -> None:
    """On the card it is the keys of an app; files go to the import, wherever they are dropped."""
    demo = installation.sandbox.demo_app
    mime = QMimeData()
    mime.setText(f"API_KEY={demo.api_key}\r\nAPI_SECRET={demo.api_secret}\r\n")
    driver.open()
    (card,) = driver.window.findChildren(PasteKeysCard)
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    card.dropEvent(QDropEvent(QPointF(10, 10), copy, mime, left, none))
    driver.wait_for_text("Add an app")
    assert (value(driver, "API key"), value(driver, "API secret")) == (
        demo.api_key,
        demo.api_secret,
    )


def test_the_pretend_x_is_found_where_it_runs(
    driver: WindowDriver, installation: Installation
) -> None:
    SandboxRunner(installation.services.store).start(free_port_of(installation))
    driver.open()
    driver.press("Try it with a pretend X")
    driver.wait_for_text("A small server on this computer")
    driver.press("Cancel")
    assert driver.window.context.dialogs.count() == 0
    assert find_free_port() > 0


def free_port_of(installation: Installation) -> int:
    return int(installation.sandbox.url.rpartition(":")[2])


def test_the_pretend_x_is_broken_and_mended(
    driver: WindowDriver, installation: Installation
) -> None:
    pretend = installation.services.sandbox
    pretend.start(find_free_port())
    driver.open()
    driver.window.open_sandbox()
    driver.press("Break it…")
    driver.wait_for_text("Nothing is wrong with it now.")
    driver.press("Rate limited")
    driver.press("Clock ahead")
    driver.wait_for_text("2 things are wrong with it now.")
    assert pretend.active_faults == ("rate-limited", "clock-ahead")
    driver.press("Turn all off")
    driver.wait_for_text("Nothing is wrong with it now.")
    assert not pretend.active_faults
