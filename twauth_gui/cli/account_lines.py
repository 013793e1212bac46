"""Writes accounts as --json and as lines of the list, from what the index holds of them.

``twauth list`` comes here without loading click; it imports next to nothing.
"""

from __future__ import annotations

from datetime import datetime

from twauth_gui.cli.jsontext import json_array
from twauth_gui.cli.table import local_time, table
from twauth_gui.domain.printable import printable
from twauth_gui.domain.stored_words import ACCESS_BADGES, HEALTH_WORDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from twauth_gui.store.listing import Listed

HEAD = ("ACCOUNT", "APP", "ACCESS", "HEALTH", "CHECKED", "")


def listing(accounts: list[Listed], *, as_json: bool) -> str:
    """Write the list as twauth list prints it."""
    if as_json:
        return json_array([account_shape(one) for one in accounts])
    return table(HEAD, [_cells(one) for one in accounts])


def account_shape(account: Listed) -> dict[str, object]:
    """Describe one account; times are ISO 8601 with a zone, as they are stored."""
    account_id, handle, name, user_id, access = account[:5]
    state, checked_at, reason, failed_at, failure = account[5:10]
    signed_in_at, method, note, tags, app, active = account[10:]
    return {
        "id": account_id,
        "handle": printable(handle),
        "name": printable(name),
        "user_id": user_id,
        "app": printable(app),
        "active": bool(active),
        "access": access,
        "health": {
            "state": state,
            "at": checked_at,
            "reason": reason,
            "failed_at": failed_at,
            "failure": failure,
        },
        "signed_in_at": signed_in_at,
        "method": method,
        "note": note,
        "tags": [] if tags == "[]" else _tags(tags),
    }


def _cells(account: Listed) -> tuple[str, ...]:
    _, handle, _, user_id, access, health, checked_at, _, failed_at, *_, app, active = account
    word = HEALTH_WORDS[health]
    return (
        user_id if handle == user_id else f"@{handle}",  # as Account.at_handle does
        app,
        "" if access is None else ACCESS_BADGES[access],
        word if failed_at is None else f"{word}, last check failed",
        "" if checked_at is None else local_time(datetime.fromisoformat(checked_at)),
        "active" if active else "",
    )


def _tags(stored: str) -> list[str]:
    import json

    tags: list[str] = json.loads(stored)
    return tags
