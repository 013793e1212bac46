"""The words for somebody else who owns the account."""

from __future__ import annotations

LINK_PLACEHOLDER = "{link}"
"""Stands where the link belongs, so that the words can be shown without it."""


def write_owner_message(handle: str, app_label: str) -> str:
    """Ask the owner to approve, and to send back what the page shows."""
    return (
        f"Open this link where {_name_account(handle)} is signed in to X, and allow "
        f"{app_label}:\n{LINK_PLACEHOLDER}\n"
        f"{_SEND_BACK}"
    )


def write_owner_reminder(handle: str, app_label: str) -> str:
    """Ask once more, for a link that was sent before."""
    return (
        f"A reminder: {app_label} still waits for {_name_account(handle)}. Open this link where "
        "that "
        f"account is signed in to X, and allow {app_label}:\n{LINK_PLACEHOLDER}\n{_SEND_BACK} "
        "Where the page "
        "says that the link is invalid, tell me, and I send a new one."
    )


_SEND_BACK = "Then send me the 7 digits it shows, or the whole address of the page you end on."


def _name_account(handle: str) -> str:
    return f"@{handle}" if handle else "the account"
