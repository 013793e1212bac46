"""Format accounts as the list and as JSON, from rows of the index.

The fast path of ``twauth list`` uses it without click, so it imports next to nothing.
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


def format_account_list(
    accounts: list[AccountListRow], default: tuple[str, str, str] | None, *, as_json: bool
) -> str:
    """Return the list as twauth list prints it.

    default: the account that is used here if none is named: its id, the DefaultSource, and what
    names it, "" for the active account.
    """
    default_id, source, origin = default or ("", "", "")
    if as_json:
        return format_json_array(
            [
                {
                    **serialize_account(one),
                    "default": source if one.id == default_id else None,
                    "changed": _list_changed(one),
                }
                for one in accounts
            ]
        )
    rows = [_format_row(one, origin if one.id == default_id else "") for one in accounts]
    return format_table(_HEADINGS, rows)


def serialize_account(account: AccountListRow) -> dict[str, object]:
    """Serialize one account; times are ISO 8601 with a zone, as they are stored."""
    return {
        "id": account.id,
        "handle": to_printable_line(account.handle),
        "name": to_printable_line(account.name),
        "user_id": None if account.user_id[:1] == "0" else account.user_id,  # as known_user_id
        "app": to_printable_line(account.app),
        "active": bool(account.is_active),
        "access": account.access,
        "health": {
            "state": account.health,
            "at": account.health_at,
            "reason": account.health_reason,
            "failed_at": account.check_failed_at,
            "failure": account.check_failure,
        },
        "signed_in_at": account.signed_in_at,
        "method": account.method,
        "note": account.note,
        "tags": _parse_tags(account.tags),
        "favourite": bool(account.is_favourite),
    }


def _format_row(account: AccountListRow, origin: str) -> tuple[str, ...]:
    handle, checked_at = account.handle, account.health_at
    label = HEALTH_LABELS[account.health]
    return (
        handle if handle == account.user_id else f"@{handle}",  # as Account.at_handle does
        account.app,
        "" if account.access is None else ACCESS_BADGES[account.access],
        label if account.check_failed_at is None else f"{label}, last check failed",
        "" if checked_at is None else format_local_time(datetime.fromisoformat(checked_at)),
        _format_remarks(account, origin),
    )


def _format_remarks(account: AccountListRow, origin: str) -> str:
    active = "active" if account.is_active else ""
    used_here = f"used here: {origin}" if origin else ""
    favourite = "favourite" if account.is_favourite else ""
    changed = f"changed: {', '.join(_list_changed(account))}" if account.changed else ""
    return ", ".join(filter(None, (favourite, active, used_here, changed)))


def _list_changed(account: AccountListRow) -> list[str]:
    return sorted(account.changed.split(",")) if account.changed else []


def _parse_tags(stored: str) -> list[str]:
    if stored == "[]":
        return []
    import json  # hardly any account has tags

    tags: list[str] = json.loads(stored)
    return tags
