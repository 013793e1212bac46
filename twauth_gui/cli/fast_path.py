"""Answer list and --version without loading the rest of the command."""

from __future__ import annotations

import os

from twauth_gui import __version__

COMPLETE_VARIABLE = "_TWAUTH_COMPLETE"
VERSION_LINE = f"Twauth {__version__}"


def try_fast_path(arguments: list[str]) -> str | None:
    """Return the output for these arguments; None if the whole command has to run.

    The same functions make the output in the whole command. Anything unusual is left to the whole
    command, which can explain what is wrong.
    """
    if COMPLETE_VARIABLE in os.environ or os.environ.get("TWAUTH_VAULT"):
        return None
    match arguments:
        case ["--version"]:
            return VERSION_LINE
        case ["list"]:
            return _list_accounts(as_json=False)
        case ["list", "--json"]:
            return _list_accounts(as_json=True)
        case _:
            return None


def _list_accounts(*, as_json: bool) -> str | None:
    from twauth_gui.cli.account_list import format_account_list
    from twauth_gui.services.account_file import ACCOUNT_VARIABLE, find_account_file
    from twauth_gui.services.platform_dirs import ProfileNameError, find_default_dir, find_named_dir
    from twauth_gui.store.account_list import read_account_list

    if os.environ.get(ACCOUNT_VARIABLE) or find_account_file() is not None:
        return None
    try:
        folder = find_named_dir() or find_default_dir()
    except ProfileNameError:
        return None
    accounts = None if folder is None else read_account_list(folder)
    if not accounts:
        return None
    active = next((one.id for one in accounts if one.is_active), None)
    default = None if active is None else (active, "active", "")
    return format_account_list(accounts, default, as_json=as_json)
