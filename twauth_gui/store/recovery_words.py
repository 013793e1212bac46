"""What a person is told of a change that was cut off."""

from __future__ import annotations

from twauth_gui.store.items import ItemKind
from twauth_gui.store.journal import JournalEntry

_END = "being saved when Twauth ended."

_AGAIN = {
    ItemKind.APP: "Add the app again.",
    ItemKind.ACCOUNT: "Sign in again.",
    ItemKind.TOKENS: "Sign in again.",
    ItemKind.ATTEMPT: "Start it again.",
}

_BEFORE = {
    ItemKind.APP: "The keys from before are still there.",
    ItemKind.ACCOUNT: "The credentials from before are still there.",
    ItemKind.TOKENS: "The credentials from before are still there.",
    ItemKind.ATTEMPT: "It waits where it was before.",
}


def finished(entry: JournalEntry) -> str:
    """Say that a change is done now."""
    match entry.kind:
        case ItemKind.APP:
            return f"The keys of {_label(entry)} were {_END} They are in."
        case ItemKind.ACCOUNT:
            return f"{_handle(entry)} was {_END} It is in."
        case ItemKind.TOKENS:
            return f"Credentials of OAuth 2.0 were {_END} They are in."
        case ItemKind.ATTEMPT:
            return f"A sign-in was {_END} It can go on."


def undone(entry: JournalEntry) -> str:
    """Say that a change did not happen, and what there is instead."""
    plan = entry.plan
    is_new = plan is None or plan.is_new
    told = f"{_what(entry)} did not come to its end, so it was undone."
    if plan is not None and plan.finishes:
        return f"{told} The sign-in is still in the list: end it from there."
    return f"{told} {_AGAIN[entry.kind] if is_new else _BEFORE[entry.kind]}"


def _what(entry: JournalEntry) -> str:
    match entry.kind:
        case ItemKind.APP:
            return f"Saving the keys of {_label(entry)}"
        case ItemKind.ACCOUNT:
            return f"Saving the credentials of {_handle(entry)}"
        case ItemKind.TOKENS:
            return "Saving credentials of OAuth 2.0"
        case ItemKind.ATTEMPT:
            return "The last step of a sign-in"


def _label(entry: JournalEntry) -> str:
    return str(entry.plan.columns.get("label")) if entry.plan is not None else "an app"


def _handle(entry: JournalEntry) -> str:
    return f"@{entry.plan.columns.get('handle')}" if entry.plan is not None else "an account"
