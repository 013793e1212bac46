"""Scenes of the stage: what an import finds, how it ends, what it leaves in plain text."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.journeys.stage_steps import hold_network, make_scratch_home, press
from twauth_gui.domain.accounts import Account, Credentials
from twauth_gui.domain.apps import App, AppKeys
from twauth_gui.gui.imports.import_drop import DropOverlay, DroppedItems
from twauth_gui.gui.window import MainWindow
from twauth_gui.gui.workspace.main_menu import open_import

_LONG = "work/clients/2024/harbour-authority/social/automation/ferry-and-tide-notices/production"


def import_scenes(window: MainWindow) -> dict[str, Callable[[], None]]:
    """Return the scenes about the import by name."""
    return {
        "import": lambda: open_import(window.context),
        "import-found": partial(show_found, window),
        "import-skipped": partial(show_skipped, window),
        "import-reading": partial(show_reading, window),
        "import-drag": partial(show_drag, window),
        "import-done": partial(show_results, window),
        "import-originals": partial(show_originals, window),
        "import-original": partial(show_original, window),
    }


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def _invent(length: int) -> str:
    return (uuid.uuid4().hex * 3)[:length]


def _env(keys: AppKeys, credentials: Credentials, handle: str) -> str:
    return (
        f"# @{handle}\nTWITTER_HANDLE={handle}\n"
        f"API_KEY={keys.api_key.reveal()}\nAPI_SECRET={keys.api_secret.reveal()}\n"
        f"ACCESS_TOKEN={credentials.access_token.reveal()}\n"
        f"ACCESS_TOKEN_SECRET={credentials.access_secret.reveal()}\n"
    )


def _account(user_id: str) -> str:
    return f"ACCESS_TOKEN={user_id}-{_invent(30)}\nACCESS_TOKEN_SECRET={_invent(45)}\n"


def make_home(window: MainWindow, more: str = "") -> Path:
    """Fill a home folder with files of many kinds; some of their accounts are here already.

    more: what else stands in the files of new accounts.
    """
    home = make_scratch_home()
    os.environ["HOME"] = str(home)
    store = window.context.services.store
    accounts = {one.handle: one for one in store.accounts.list_all()}
    apps = {one.id: one for one in store.apps.list_all()}

    def stored(handle: str) -> tuple[Account, App, AppKeys, Credentials]:
        account = accounts[handle]
        app = apps[account.app_id]
        credentials = store.accounts.read_credentials(account.id)
        return account, app, store.apps.read_keys(app.id), credentials

    _, _, keys, credentials = stored("fernwick_news")
    _write(home / "bots/daily/.env", _env(keys, credentials, "fernwick_news"))
    account, _, keys, _ = stored("fernwick_sport")
    _write(
        home / "bots/sport.env",
        f"TWITTER_HANDLE={account.handle}\nAPI_KEY={keys.api_key.reveal()}\n"
        f"API_SECRET={keys.api_secret.reveal()}\n{_account(account.user_id)}",
    )
    for number, handle in enumerate(("ferry_notices", "tide_tables")):
        _write(
            home / _LONG / f"{handle}.env",
            f"TWITTER_HANDLE={handle}\nAPI_KEY={_invent(25)}\nAPI_SECRET={_invent(50)}\n"
            f"{_account(f'16844029173506{number}')}{more}",
        )
    for number, handle in enumerate(("harbour_cam", "harbour_news")):
        text = f"TWITTER_HANDLE={handle}\n{_account(f'1784402917350{number}')}"
        _write(home / "bots" / f"{handle}.env", text)
    _write(
        home / "bots/fedi.env",
        f"MASTODON_ACCESS_TOKEN={_invent(43)}\nTWITTER_API_KEY=op://bots/x/key\n"
        f"TWITTER_ACCESS_TOKEN=5512341-{_invent(30)}\n",
    )
    return home


def _take_home(window: MainWindow, more: str = "") -> None:
    home = make_home(window, more)
    files = sorted(path for path in home.rglob("*.env"))
    open_import(window.context, DroppedItems((*files, home / "bots/daily/.env")))


def show_found(window: MainWindow) -> None:
    """Show the plan of some files."""
    _take_home(window)


def show_skipped(window: MainWindow) -> None:
    """Show what of some files is skipped."""
    _take_home(window)
    press(window, "Skipped")


def show_reading(window: MainWindow) -> None:
    """Show a search that goes on."""
    hold_network(window)
    _take_home(window)


def show_drag(window: MainWindow) -> None:
    """Show what the window says while files are dragged over it."""
    overlay = window.findChild(DropOverlay)
    assert overlay is not None
    overlay.show_over_window()


def show_results(window: MainWindow, more: str = "") -> None:
    """Import what is new; X is not reached, so that it is not verified."""
    _take_home(window, more)
    press(window, "Import ")


def show_originals(window: MainWindow, more: str = "") -> None:
    """Show the files that an import leaves in plain text."""
    show_results(window, more)
    press(window, "Files ")


def show_original(window: MainWindow) -> None:
    """Ask whether to delete a file that something else stands in too."""
    show_originals(window, "# ask Jo before changing\nDATABASE_URL=postgres://localhost/bots\n")
    press(window, "Delete this file")
