"""Format accounts as the list and as JSON, from rows of the index, without loading click.

``twauth list`` comes here without loading click; it imports next to nothing.
"""

from __future__ import annotations

from datetime import datetime

from twauth_gui.cli.output import format_json_array
from twauth_gui.cli.table import format_local_time, format_table
from twauth_gui.domain.display_text import ACCESS_BADGES, HEALTH_LABELS, to_printable_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from twauth_gui.store.account_list import AccountListRow

_HEADINGS = ("ACCOUNT", "APP", "ACCESS", "HEALTH", "CHECKED", "")


def format_account_list(accounts: list[AccountListRow], *, as_json: bool) -> str:
    """Write the list as twauth list prints it."""
    if as_json:
        return format_json_array([serialize_account(one) for one in accounts])
    return format_table(_HEADINGS, [_format_row(one) for one in accounts])


def serialize_account(account: AccountListRow) -> dict[str, object]:
    """Describe one account; times are ISO 8601 with a zone, as they are stored."""
    account_id, handle, name, user_id, access = account[:5]
    state, checked_at, reason, failed_at, failure = account[5:10]
    signed_in_at, method, note, tags, app, active = account[10:]
    return {
        "id": account_id,
        "handle": to_printable_line(handle),
        "name": to_printable_line(name),
        "user_id": user_id,
        "app": to_printable_line(app),
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
        "tags": [] if tags == "[]" else _parse_tags(tags),
    }


def _format_row(account: AccountListRow) -> tuple[str, ...]:
    _, handle, _, user_id, access, health, checked_at, _, failed_at, *_, app, active = account
    word = HEALTH_LABELS[health]
    return (
        user_id if handle == user_id else f"@{handle}",  # as Account.at_handle does
        app,
        "" if access is None else ACCESS_BADGES[access],
        word if failed_at is None else f"{word}, last check failed",
        "" if checked_at is None else format_local_time(datetime.fromisoformat(checked_at)),
        "active" if active else "",
    )


def _parse_tags(stored: str) -> list[str]:
    import json

    tags: list[str] = json.loads(stored)
    return tags
