"""A damaged list is rebuilt when the window opens, and a dialog says what happened."""

from __future__ import annotations

from pathlib import Path

from tests.support.installations import Installation
from tests.window.driver import WindowDriver
from twauth_gui.domain.apps import App
from twauth_gui.domain.secret import Secret
from twauth_gui.store.index import INDEX_FILE_NAME

PASSPHRASE = "marsh marigold ferry"


def damage(installation: Installation) -> Path:
    """End the program, damage its list, and start it again."""
    installation.services.close()
    path = installation.paths.data / INDEX_FILE_NAME
    _ = path.write_bytes(b"not a database at all" * 200)
    installation.services = installation.open_second()
    (aside,) = installation.paths.data.glob("index-damaged-*.sqlite3")
    return aside


def test_it_is_rebuilt_from_its_copy(
    driver: WindowDriver, installation: Installation, app: App
) -> None:
    installation.sign_in(app)
    installation.services.store.renew_index_copy()
    aside = damage(installation)
    driver.open()
    driver.wait_for_text("The list of accounts was rebuilt")
    driver.wait_for_text(f"The damaged file is kept as {aside.name}.")
    driver.press("Close")
    driver.wait_until(lambda: driver.rows == ["@fernwick_news"])


def test_what_the_encrypted_file_has_comes_when_it_is_unlocked(
    driver: WindowDriver, installation: Installation
) -> None:
    installation.services.vaults.create_file_vault(Secret(PASSPHRASE))
    installation.sign_in(installation.add_app())
    _ = damage(installation)  # there is no copy yet
    driver.open()
    driver.wait_for_text("Rebuilding the list of accounts waits")
    installation.services.vaults.unlock(Secret(PASSPHRASE))
    driver.window.context.vault.probe()
    driver.wait_for_text("The list of accounts was rebuilt")
    driver.wait_for_text("There was no copy of it.")
    driver.press("Close")
    driver.wait_until(lambda: driver.has_button("Check all"))
    driver.wait_until(lambda: driver.rows == ["@fernwick_news"])
