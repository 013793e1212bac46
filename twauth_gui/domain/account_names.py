"""Handles and the other names by which people mean an account."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from twauth_gui.domain.accounts import Account
from twauth_gui.domain.apps import AppId
from twauth_gui.domain.display_text import to_printable_line

_HANDLE = re.compile(r"[A-Za-z0-9_]{1,15}")
_LINK = re.compile(r"^(?:https?://)?(?:www\.|mobile\.)?(?:x|twitter)\.com/", re.IGNORECASE)


class HandleError(ValueError):
    """The text is no handle of X."""


def parse_handle(text: str) -> str:
    """Return the bare handle of "@name", "name" or a profile's address; "" for nothing.

    Raises:
        HandleError: it is something else; X allows up to 15 letters, digits and underscores.
    """
    bare = strip_handle(text)
    if not bare:
        return ""
    if not _HANDLE.fullmatch(bare):
        raise HandleError("A handle has up to 15 letters, digits and underscores.")
    return bare


def strip_handle(text: str) -> str:
    """Take off what people write around a handle, whatever is left then."""
    return _LINK.sub("", text.strip()).split("/", 1)[0].split("?", 1)[0].lstrip("@")


def is_same_handle(one: str, other: str) -> bool:
    """Compare as X does: without regard to case."""
    return one.casefold() == other.casefold()


def parse_handles(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Read a pasted list, whatever stands between: the handles, each once, and what is none."""
    handles: dict[str, str] = {}
    others: list[str] = []
    for word in re.split(r"[\s,;]+", text):
        try:
            handle = parse_handle(word.strip("\"'<>()[]"))
        except HandleError:
            others.append(word)
            continue
        if handle:
            handles.setdefault(handle.casefold(), handle)
    return tuple(handles.values()), tuple(others)


@dataclass(frozen=True, slots=True)
class AccountName:
    """A name as it was written.

    label: of the app, None where none was written. bare: handle or user id. is_at: whether there
    was an @ before it.
    """

    label: str | None
    bare: str
    is_at: bool

    @property
    def is_number(self) -> bool:
        return self.bare.isascii() and self.bare.isdecimal()


def parse_account_name(text: str) -> AccountName:
    """Read "@handle", "handle", a user id, a profile's address, or one of them behind "app/".

    Behind a label a handle needs its @, since a label can have a slash itself.
    """
    text = to_printable_line(text)  # as it is shown
    label, slash, rest = text.rpartition("/@")
    if slash:
        return AccountName(label, strip_handle(rest), is_at=True)
    label, slash, rest = text.rpartition("/")
    if slash and rest.isascii() and rest.isdecimal() and strip_handle(text) != rest:
        return AccountName(label, rest, is_at=False)
    return AccountName(None, strip_handle(text), is_at=text.strip().startswith("@"))


def find_accounts(
    name: AccountName, accounts: Iterable[Account], labels: Mapping[AppId, str]
) -> list[Account]:
    """Find the accounts that a name means, without regard to case.

    A handle can consist of digits, as a user id does. With an @ the handle is meant, without it the
    id; where there is no such account, the other one.
    """
    inside = _accounts_under_label(name, accounts, labels)
    wanted = name.bare.casefold()
    by_handle = [one for one in inside if one.is_handle_known and one.handle.casefold() == wanted]
    by_id = [one for one in inside if one.user_id == name.bare]
    return (by_handle or by_id) if name.is_at or not name.is_number else (by_id or by_handle)


def find_accounts_by_prefix(
    name: AccountName, accounts: Iterable[Account], labels: Mapping[AppId, str]
) -> list[Account]:
    """Find the accounts whose handle, or number, begins so."""
    wanted = name.bare.casefold()
    return [
        one
        for one in _accounts_under_label(name, accounts, labels)
        if wanted and (one.handle.casefold().startswith(wanted) or one.user_id.startswith(wanted))
    ]


def qualified_name(account: Account, labels: Mapping[AppId, str]) -> str:
    """Name an account so that no other is meant."""
    return f"{labels.get(account.app_id, '')}/{account.at_handle}"


def shortest_names(accounts: Sequence[Account], labels: Mapping[AppId, str]) -> list[str]:
    """Name each as shortly as possible: with its app only where another one is called the same."""
    handles = Counter(one.handle.casefold() for one in accounts if one.is_handle_known)
    ids = Counter(one.user_id for one in accounts)
    return [
        one.at_handle
        if (handles[one.handle.casefold()] if one.is_handle_known else ids[one.user_id]) == 1
        else qualified_name(one, labels)
        for one in accounts
    ]


def _accounts_under_label(
    name: AccountName, accounts: Iterable[Account], labels: Mapping[AppId, str]
) -> list[Account]:
    if name.label is None:
        return list(accounts)
    label = name.label.casefold()
    return [one for one in accounts if labels.get(one.app_id, "").casefold() == label]
