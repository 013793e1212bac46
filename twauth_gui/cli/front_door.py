"""Answers what programs ask most without loading the rest of the command."""

from __future__ import annotations

import os

from twauth_gui import __version__

COMPLETE_VARIABLE = "_TWAUTH_COMPLETE"
VERSION = f"Twauth {__version__}"


def short_answer(arguments: list[str]) -> str | None:
    """Give the text that answers exactly these arguments; None where the whole command has to.

    What it gives is made by the same functions as in the whole command. Where anything is out of
    the ordinary the whole command does it, with words for whatever is wrong.
    """
    if COMPLETE_VARIABLE in os.environ or os.environ.get("TWAUTH_VAULT"):
        return None
    match arguments:
        case ["--version"]:
            return VERSION
        case ["list"]:
            return _listing(as_json=False)
        case ["list", "--json"]:
            return _listing(as_json=True)
        case _:
            return None


def _listing(*, as_json: bool) -> str | None:
    from twauth_gui.cli.account_lines import listing
    from twauth_gui.services.folders import data_folder, named_folder
    from twauth_gui.store.listing import glance

    folder = named_folder() or data_folder()
    accounts = None if folder is None else glance(folder)
    return listing(accounts, as_json=as_json) if accounts else None
