"""A day's work with 300 bots: find the broken ones, see why, mend them, update every copy."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.journeys.window_user import WindowUser, read_clipboard
from tests.support.desktop import Desktop
from tests.support.installations import Installation, export_to_file
from tests.support.sample_records import make_account
from tests.support.sandbox_app import OAuth1Keys, post_signed
from tests.support.sandbox_browser import approve_sign_in
from tests.support.vaults import PASSPHRASE, MemoryVault
from tests.support.wait import wait_until
from twauth_gui.domain.accounts import Credentials
from twauth_gui.domain.secret import Secret
from twauth_gui.sandbox.accounts import account_for
from twauth_gui.sandbox.server import Sandbox
from twauth_gui.sandbox.token_codec import OAuth1TokenCodec
from twauth_gui.services.app_paths import AppPaths
from twauth_gui.services.container import open_services

pytestmark = pytest.mark.journey

BOTS = 300
BROKEN = ("quay_bot_017", "quay_bot_142", "quay_bot_263")
CLICKS = 30
"""Clicks and keys of the whole day; texts that are typed are not counted.

Account by account it is 44: two to find them, and fourteen for each of the three.
"""


class CountedUser(WindowUser):
    """Counts what it clicks, and each key or combination that it presses."""

    clicks = 0

    def click(self, role: str | None, name: str) -> None:
        self.screen.find(role, name_contains=name, seconds=30).click()
        self.clicks += 1

    def press_keys(self, *keys: str) -> None:
        self.screen.press_keys(*keys)
        self.clicks += len(keys)


def set_up(desktop: Desktop, sandbox: Sandbox) -> Path:
    """Keep 300 bots in the encrypted file, write each to a file; three owners end the access.

    Each has the token that a sign-in would have given.
    """
    bots = desktop.home / "bots"
    bots.mkdir()
    paths = AppPaths(desktop.home / ".local/share/twauth")
    services = open_services(paths, MemoryVault())
    with closing(services):
        services.vaults.create_file_vault(PASSPHRASE)
        app = Installation(paths, MemoryVault(), sandbox, services).add_app()
        demo = sandbox.demo_app
        codec = OAuth1TokenCodec(sandbox.settings.seed, demo.api_key)
        for number in range(BOTS):
            person = account_for(f"quay_bot_{number:03}")
            assert person is not None
            token = codec.access_token(codec.new_grant(person, "read-write"))
            secret = codec.access_secret(token)
            account = make_account(number, person.id, person.handle)
            services.store.accounts.add(
                replace(account, app_id=app.id), Credentials(Secret(token), Secret(secret))
            )
            export_to_file(services, [account.id], "x", bots / f"{person.handle}.env")
            if person.handle in BROKEN:
                keys = OAuth1Keys(demo.api_key, demo.api_secret, token, secret)
                done = post_signed(sandbox, "/1.1/oauth/invalidate_token.json", keys)
                assert done.status_code == 200, done.text
    return bots


def test_a_day_with_three_hundred_bots(tmp_path: Path, sandbox: Sandbox) -> None:
    with Desktop(tmp_path, size=(1280, 860), keychain=False) as desktop:
        bots = set_up(desktop, sandbox)
        before = {one: (bots / f"{one}.env").read_text() for one in BROKEN}
        with CountedUser(desktop) as person:
            person.screen.find("text", "Passphrase").type(PASSPHRASE.reveal())
            person.press_keys("Return")
            find_broken(person)
            links = ask_owners(person, desktop)
            pins = {one: approve_sign_in(link, one).page.pin for one, link in links.items()}
            finish_sign_ins(person, pins)
            export(person, desktop.home / "mended.json")
            person.click("push button", "Update old copies")
            person.screen.find("label", name_contains="Updated 3 of 3 places")
            assert person.clicks == CLICKS
            person.close()
        for handle in BROKEN:
            assert (bots / f"{handle}.env").read_text() != before[handle]


def find_broken(person: CountedUser) -> None:
    """Check all, go to those that need attention, and read why."""
    person.click("push button", "Check all")
    person.screen.find("label", name_contains="297 working", seconds=60)
    person.click(None, "Needs attention")
    person.screen.find("label", "3 accounts")
    person.click("list item", f"@{BROKEN[0]}")
    person.screen.find("label", name_contains="no longer accepts")


def ask_owners(person: CountedUser, desktop: Desktop) -> dict[str, str]:
    """Begin a sign-in by link for each of the three; return the links by handle."""
    person.press_keys("ctrl+a")
    person.click("push button", "Sign in again")
    person.click("radio button", "By link to the owner")
    person.click("push button", "Start")
    links: dict[str, str] = {}
    for handle in BROKEN:
        person.click("push button", "Copy message")

        def read_message(name: str = f"@{handle}") -> str:
            text = read_clipboard(desktop)
            return text if name in text else ""

        message = wait_until(read_message, 10, "the message is copied")
        links[handle] = next(one for one in message.split() if one.startswith("http"))
        person.click("push button", "Finish later")
        if handle != BROKEN[-1]:
            person.click("push button", "Next account")
    return links


def finish_sign_ins(person: CountedUser, pins: dict[str, str]) -> None:
    """Enter the PINs that the owners have sent."""
    for handle, pin in pins.items():
        person.click("push button", f"Continue @{handle}")
        person.screen.find("text", "PIN").retype(pin)
        person.click("push button", "Finish sign-in")
        person.screen.find("heading", name_contains=f"@{handle} is signed in", seconds=40)
        person.click("push button", "Done")
    person.screen.find("heading", name_contains="3 of 3 signed in")
    person.click("push button", "Done")


def export(person: CountedUser, path: Path) -> None:
    """Export the three, which are selected, to one file."""
    person.screen.find("heading", "3 accounts selected")
    person.click("push button", "Export…")
    person.click("radio button", "File")
    person.screen.find("text", "Path of the file").retype(str(path))
    person.click("push button", "Save file")
    wait_until(path.exists, 10, "the file is written")
