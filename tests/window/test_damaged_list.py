"""A damaged list is rebuilt when the window opens, and the person is told what happened."""

from __future__ import annotations

from pathlib import Path

from tests.services.ground import Ground
from tests.window.driver import Driver
from twauth_gui.domain.apps import App
from twauth_gui.domain.secret import Secret
from twauth_gui.store.index import FILE_NAME

PASSPHRASE = "marsh marigold ferry"


def damage(ground: Ground) -> Path:
    """End the program, damage its list, and start it again."""
    ground.kit.close()
    path = ground.places.data / FILE_NAME
    _ = path.write_bytes(b"not a database at all" * 200)
    ground.kit = ground.open_again()
    (aside,) = ground.places.data.glob("index-damaged-*.sqlite3")
    return aside


def test_it_is_rebuilt_from_its_copy(desk: Driver, ground: Ground, app: App) -> None:
    ground.sign_in(app)
    ground.kit.store.renew_copy()
    aside = damage(ground)
    desk.open()
    desk.wait_for("The list of accounts was rebuilt")
    desk.wait_for(f"The damaged file is kept as {aside.name}.")
    desk.press("Close")
    desk.until(lambda: desk.rows == ["@fernwick_news"])


def test_what_the_encrypted_file_has_comes_when_it_is_unlocked(
    desk: Driver, ground: Ground
) -> None:
    ground.kit.storage.create_file(Secret(PASSPHRASE))
    ground.sign_in(ground.add_app())
    _ = damage(ground)  # there is no copy yet
    desk.open()
    desk.wait_for("Rebuilding the list of accounts waits")
    ground.kit.storage.unlock(Secret(PASSPHRASE))
    desk.window.desk.vault.probe()
    desk.wait_for("The list of accounts was rebuilt")
    desk.wait_for("There was no copy of it.")
    desk.press("Close")
    desk.until(lambda: desk.has("Check all"))
    desk.until(lambda: desk.rows == ["@fernwick_news"])
