"""Messages to send to an account's owner, who is another person."""

from __future__ import annotations

LINK_PLACEHOLDER = "{link}"
"""Stands in place of the link, so that the message can be shown without it."""


def write_owner_message(handle: str, app_label: str) -> str:
    """Return a message that asks the owner to approve, and to send back what the page shows."""
    return (
        f"Open this link in a browser in which {_name_account(handle)} is signed in to X, and "
        f"allow {app_label}:\n{LINK_PLACEHOLDER}\n{_SEND_BACK}"
    )


def write_owner_reminder(handle: str, app_label: str) -> str:
    """Return a message that reminds the owner of a link that was sent before."""
    return (
        f"A reminder: {app_label} is still waiting for {_name_account(handle)}. Open this link in "
        f"a browser in which that account is signed in to X, and allow {app_label}:\n"
        f"{LINK_PLACEHOLDER}\n{_SEND_BACK} If the page says that the link is invalid, tell me, and "
        "I will send a new one."
    )


_SEND_BACK = "Then send me the 7 digits it shows, or the whole address of the page you end on."


def _name_account(handle: str) -> str:
    return f"@{handle}" if handle else "the account"
