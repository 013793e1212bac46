"""Handles and other names of accounts: parse them, and find the accounts they mean."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from twauth_gui.domain.accounts import Account, AccountId
from twauth_gui.domain.apps import AppId
from twauth_gui.domain.display_text import to_printable_line

_HANDLE = re.compile(r"[A-Za-z0-9_]{1,15}")
_LINK = re.compile(r"^(?:https?://)?(?:www\.|mobile\.)?(?:x|twitter)\.com/", re.IGNORECASE)


class HandleError(ValueError):
    """The text is not an X handle."""


def parse_handle(text: str) -> str:
    """Return the bare handle of "@name", "name" or a profile's address; "" for nothing.

    Raises:
        HandleError: it is not a handle; X allows up to 15 letters, digits and underscores.
    """
    bare = strip_handle(text)
    if not bare:
        return ""
    if not _HANDLE.fullmatch(bare):
        raise HandleError("A handle has up to 15 letters, digits and underscores.")
    return bare


def strip_handle(text: str) -> str:
    """Remove what people write around a handle, such as @ or x.com/, without checking the rest."""
    return _LINK.sub("", text.strip()).split("/", 1)[0].split("?", 1)[0].lstrip("@")


def is_same_handle(one: str, other: str) -> bool:
    """Whether two handles are the same to X, which ignores case."""
    return one.casefold() == other.casefold()


def parse_handles(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the handles of a pasted list, each once, and the words that are not handles."""
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
    """An account's name as it was typed.

    label: of the app, None if none was typed. bare: handle or user id. is_at: whether it had an @.
    """

    label: str | None
    bare: str
    is_at: bool

    @property
    def is_number(self) -> bool:
        return self.bare.isascii() and self.bare.isdecimal()


def parse_account_name(text: str) -> AccountName:
    """Parse "@handle", "handle", a user id, a profile's address, or one of them behind "app/".

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


def is_account_name(text: str) -> bool:
    """Whether a text has the form of an account's name; it may still name none."""
    name = parse_account_name(text)
    if not text.isprintable():
        return False
    try:
        return name.is_number or bool(parse_handle(name.bare))
    except HandleError:
        return False


def find_accounts(
    name: AccountName, accounts: Iterable[Account], labels: Mapping[AppId, str]
) -> list[Account]:
    """Return the accounts that a name means, ignoring case.

    A handle can consist of digits, as a user id does. With an @ the handle is meant, without it the
    id; if there is no such account, the other one.
    """
    under_label = _accounts_under_label(name, accounts, labels)
    wanted = name.bare.casefold()
    by_handle = [
        one for one in under_label if one.is_handle_known and one.handle.casefold() == wanted
    ]
    by_id = [one for one in under_label if one.user_id == name.bare]
    return (by_handle or by_id) if name.is_at or not name.is_number else (by_id or by_handle)


def find_accounts_by_prefix(
    name: AccountName, accounts: Iterable[Account], labels: Mapping[AppId, str]
) -> list[Account]:
    """Return the accounts whose handle or user id starts with the name."""
    wanted = name.bare.casefold()
    return [
        one
        for one in _accounts_under_label(name, accounts, labels)
        if wanted and (one.handle.casefold().startswith(wanted) or one.user_id.startswith(wanted))
    ]


def qualified_name(account: Account, labels: Mapping[AppId, str]) -> str:
    """Return "app/@handle", which no other account shares."""
    return f"{labels.get(account.app_id, '')}/{account.at_handle}"


def shortest_names(
    accounts: Sequence[Account], labels: Mapping[AppId, str]
) -> dict[AccountId, str]:
    """Return the accounts' names, with the app only for those that share a handle."""
    handles = Counter(one.handle.casefold() for one in accounts if one.is_handle_known)
    ids = Counter(one.user_id for one in accounts)
    return {
        one.id: one.at_handle
        if (handles[one.handle.casefold()] if one.is_handle_known else ids[one.user_id]) == 1
        else qualified_name(one, labels)
        for one in accounts
    }


def _accounts_under_label(
    name: AccountName, accounts: Iterable[Account], labels: Mapping[AppId, str]
) -> list[Account]:
    if name.label is None:
        return list(accounts)
    label = name.label.casefold()
    return [one for one in accounts if labels.get(one.app_id, "").casefold() == label]
