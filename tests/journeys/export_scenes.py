"""Scenes of the stage: the export dialog, own presets, files."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.journeys.stage_steps import (
    find_visible,
    make_scratch_home,
    press,
    top_dialog,
    wait_idle,
    write,
)
from tests.support.vendors import Vendors
from twauth_gui.domain.accounts import AccountId
from twauth_gui.gui.export.preset_actions import PresetActions
from twauth_gui.gui.export.preset_list import PresetList
from twauth_gui.gui.parts.choices import ComboBox
from twauth_gui.gui.window import MainWindow
from twauth_gui.services.export_service import LAST_PRESET
from twauth_gui.services.preset_service import FOLDER_NAME

_OWN = """[newsletter-of-the-harbour-authority]
title = "Newsletter of the harbour authority, with names of its own"
syntax = "dotenv"

[newsletter-of-the-harbour-authority.names]
api_key = "HARBOUR_AUTHORITY_NEWSLETTER_API_KEY"
api_secret = "HARBOUR_AUTHORITY_NEWSLETTER_API_SECRET"
access_token = "HARBOUR_AUTHORITY_NEWSLETTER_ACCESS_TOKEN"
access_secret = "HARBOUR_AUTHORITY_NEWSLETTER_ACCESS_TOKEN_SECRET"
"""


def export_scenes(
    window: MainWindow, accounts: dict[str, AccountId], show_tokens: Callable[[], None]
) -> dict[str, Callable[[], None]]:
    """Return the scenes about exports by name. show_tokens: gives an account OAuth 2.0 tokens."""
    one, many = [accounts["fernwick_news"]], [*accounts.values()]
    return {
        "export": lambda: window.open_export(one),
        "export-own": partial(show_export, window, one, "newsletter-of-the-harbour-authority"),
        "export-damaged": partial(show_damaged, window, one),
        "export-rotates": partial(show_rotation, window, one, show_tokens),
        "export-file": partial(show_file, window, one),
        "export-file-git": partial(show_file, window, one, in_git=True),
        "export-folder-copied": partial(show_export, window, many, "x-file"),
        "export-folder": partial(show_export, window, many, "x-file", "File"),
        "export-folder-done": partial(show_export, window, many, "x-file", "File", "Save 11 files"),
        "push": partial(show_push, window, one),
        "push-plan": partial(show_push, window, one, "Check"),
        "push-done": partial(show_push, window, one, "Check", "Push "),
        "push-missing": partial(show_push, window, one, "Check", has_command=False),
        "preset-new": partial(show_editor, window, one, ""),
        "preset-wrong": partial(show_editor, window, one, "LD_PRELOAD"),
        "preset-import": partial(show_import, window, one),
    }


def show_export(window: MainWindow, ids: list[AccountId], preset: str, *buttons: str) -> None:
    """Open the dialog with a preset, and press buttons of it."""
    services = window.context.services
    if not services.presets.has_own("newsletter-of-the-harbour-authority"):
        services.presets.add(_OWN.encode(), "")
    services.store.settings.set(LAST_PRESET, preset)
    window.open_export(ids)
    for name in buttons:
        press(window, name)
        if name == "File" and preset == "x-file":
            write(window, "Folder", str(_make_folder()))


def _make_folder() -> Path:
    folder = make_scratch_home() / "credentials"
    folder.mkdir()
    (folder / "fernwick_news.env").write_text("X=1\n")
    return folder


def show_import(window: MainWindow, ids: list[AccountId]) -> None:
    """Open the dialog that adds presets."""
    window.open_export(ids)
    dialog = top_dialog(window)
    actions = next(one for one in dialog.children() if isinstance(one, PresetActions))
    actions.import_presets()


def show_file(window: MainWindow, ids: list[AccountId], *, in_git: bool = False) -> None:
    """Show what an export would do to a file that is there."""
    folder = make_scratch_home() / ("a folder with a long name/" * 4) / "harbour-newsletter"
    folder.mkdir(parents=True)
    if in_git:
        (folder / ".git").mkdir()
    path = folder / ".env"
    path.write_text("# mine\nPORT=80\nTWITTER_CONSUMER_KEY=old\n")
    show_export(window, ids, "classic-bot", "File")
    write(window, "Path of the file", str(path))
    press(window, "Save file")


def show_push(
    window: MainWindow, ids: list[AccountId], *buttons: str, has_command: bool = True
) -> None:
    """Push to an imitation of GitHub, where a name of somebody else is."""
    vendors = Vendors(Path(tempfile.mkdtemp()) / "vendors")
    vendors.add_place("gh|fernwick-harbour-authority/newsletter-bots|", "X_API_KEY")
    os.environ["PATH"] = str(vendors.bin)
    if not has_command:
        (vendors.bin / "gh").unlink()
    window.context.services.store.settings.set(
        "push-target.github-actions",
        json.dumps({"repo": "fernwick-harbour-authority/newsletter-bots"}),
    )
    show_export(window, ids, "classic-bot", "Secret store")
    boxes = find_visible(window, ComboBox)
    box = next(one for one in boxes if one.accessibleName() == "Secret store")
    box.setCurrentIndex(box.findText("GitHub Actions"))
    wait_idle(window)
    for name in buttons:
        press(window, name)


def show_rotation(
    window: MainWindow, ids: list[AccountId], show_tokens: Callable[[], None]
) -> None:
    """Show an export of refresh tokens."""
    show_tokens()
    wait_idle(window)
    show_export(window, ids, "oauth2")


def show_damaged(window: MainWindow, ids: list[AccountId]) -> None:
    """Show a preset whose file is damaged."""
    services = window.context.services
    _ = services.presets.add(_OWN.encode(), "")
    path = services.paths.data / FOLDER_NAME / "weather.toml"
    _ = path.write_text("[weather]\ntitle = 7\n")
    show_export(window, ids, "x")
    wait_idle(window)
    listed = top_dialog(window).findChild(PresetList)
    assert listed is not None
    listed.search.setText("weather")


def show_editor(window: MainWindow, ids: list[AccountId], name: str) -> None:
    """Open the editor for a new preset."""
    window.open_export(ids)
    press(window, "New preset…")
    if name:
        write(window, "API key", name)
        write(window, "Access token", "A TOKEN")
        write(window, "Access token secret", "TWITTER_CONSUMER_SECRET")
    else:
        write(window, "Title", "Newsletter of the harbour authority")
