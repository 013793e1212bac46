"""A new computer without a keychain, from the first start to an export."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.window_user import WindowUser
from tests.support.desktop import Desktop
from tests.support.secret_search import search_screen
from twauth_gui.sandbox.server import Sandbox

pytestmark = pytest.mark.journey

PASSPHRASE = "marsh marigold ferry"
HANDLE = "fernwick_news"


def unlock(person: WindowUser) -> None:
    """Type the passphrase where the credentials would be, and press Enter."""
    person.screen.find("text", "Passphrase").type(PASSPHRASE)
    person.screen.press_keys("Return")
    person.screen.find("push button", "Show the access token", seconds=20)


def create_the_file(person: WindowUser) -> None:
    person.screen.find("label", name_contains="Twauth does not fall back to plain text.")
    person.press("Create encrypted file")
    person.screen.find("text", "Passphrase").type(PASSPHRASE)
    person.screen.find("text", "Repeat the passphrase").type(PASSPHRASE)
    assert not search_screen([PASSPHRASE], person.screen)  # a screen reader gets dots
    person.press("Create file")
    person.screen.find("label", name_contains="go into the encrypted file", seconds=20)


def test_everything_works_with_the_encrypted_file(tmp_path: Path, sandbox: Sandbox) -> None:
    with Desktop(tmp_path, size=(1280, 860), keychain=False) as desktop:
        with WindowUser(desktop) as person:
            create_the_file(person)
            person.add_first_app(sandbox, "Newsroom")
            person.sign_in_by_pin(HANDLE)
            person.screen.press_keys("ctrl+l")
            person.screen.find("heading", "The encrypted file is locked")
            person.screen.find("list item", name_contains=f"@{HANDLE}")  # the list is readable
            unlock(person)
            person.close()
        with WindowUser(desktop) as person:
            unlock(person)
            target = desktop.home / "bot.env"
            person.export_to(target, "tweepy")
            person.screen.find("label", name_contains="Saved bot.env")
            person.close()
        exported = target.read_text(encoding="utf-8")
        secrets = [sandbox.demo_app.api_secret, PASSPHRASE]
        assert secrets[0] in exported
        others = [one for one in desktop.home.rglob("*") if one.is_file() and one != target]
        assert any(one.name == "credentials.twauth" for one in others)
        for one in others:
            assert not any(secret.encode() in one.read_bytes() for secret in secrets), one
