"""Read a text, and list what was found in a form that compares."""

from __future__ import annotations

from twauth_gui.transfer.found_credentials import FoundCredentials
from twauth_gui.transfer.reader.read_text import read_text


def read(text: str, file_name: str = "") -> FoundCredentials:
    """Return what the reader finds in a text."""
    found = FoundCredentials()
    read_text(text, file_name, found)
    return found


def accounts_of(found: FoundCredentials) -> list[tuple[str, ...]]:
    """Return API key, API secret, access token and its secret of every account, sorted."""
    accounts: list[tuple[str, ...]] = []
    for one in found.accounts.values():
        keys = one.app.keys if one.app else None
        app = (keys.api_key.reveal(), keys.api_secret.reveal()) if keys else ("", "")
        own = one.credentials
        accounts.append((*app, own.access_token.reveal(), own.access_secret.reveal()))
    return sorted(accounts)


def apps_of(found: FoundCredentials) -> list[tuple[str, ...]]:
    """Return API key and API secret of every app that no account uses, sorted."""
    used = {one.app.keys.api_key for one in found.accounts.values() if one.app}
    apps = [app.keys for key, app in found.apps.items() if key not in used]
    return sorted((one.api_key.reveal(), one.api_secret.reveal()) for one in apps)
