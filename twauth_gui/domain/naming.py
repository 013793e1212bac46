"""How people name an account: by its handle or its number, under an app where that is needed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from twauth_gui.domain.accounts import Account
from twauth_gui.domain.apps import AppId
from twauth_gui.domain.handles import bare_handle
from twauth_gui.domain.printable import printable


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


def read_name(text: str) -> AccountName:
    """Read "@handle", "handle", a user id, a profile's address, or one of them behind "app/".

    Behind a label a handle needs its @, since a label can have a slash itself.
    """
    text = printable(text)  # as it is shown
    label, slash, rest = text.rpartition("/@")
    if slash:
        return AccountName(label, bare_handle(rest), is_at=True)
    label, slash, rest = text.rpartition("/")
    if slash and rest.isascii() and rest.isdecimal() and bare_handle(text) != rest:
        return AccountName(label, rest, is_at=False)
    return AccountName(None, bare_handle(text), is_at=text.strip().startswith("@"))


def named(
    name: AccountName, accounts: Iterable[Account], labels: Mapping[AppId, str]
) -> list[Account]:
    """Find the accounts that a name means, without regard to case.

    A handle can consist of digits, as a user id does. With an @ the handle is meant, without it the
    id; where there is no such account, the other one.
    """
    inside = _inside(name, accounts, labels)
    wanted = name.bare.casefold()
    by_handle = [one for one in inside if one.is_handle_known and one.handle.casefold() == wanted]
    by_id = [one for one in inside if one.user_id == name.bare]
    return (by_handle or by_id) if name.is_at or not name.is_number else (by_id or by_handle)


def beginning(
    name: AccountName, accounts: Iterable[Account], labels: Mapping[AppId, str]
) -> list[Account]:
    """Find the accounts whose handle, or number, begins so."""
    wanted = name.bare.casefold()
    return [
        one
        for one in _inside(name, accounts, labels)
        if wanted and (one.handle.casefold().startswith(wanted) or one.user_id.startswith(wanted))
    ]


def full_name(account: Account, labels: Mapping[AppId, str]) -> str:
    """Name an account so that no other is meant."""
    return f"{labels.get(account.app_id, '')}/{account.at_handle}"


def short_names(accounts: Sequence[Account], labels: Mapping[AppId, str]) -> list[str]:
    """Name each as shortly as possible: with its app only where another one is called the same."""
    handles = Counter(one.handle.casefold() for one in accounts if one.is_handle_known)
    ids = Counter(one.user_id for one in accounts)
    return [
        one.at_handle
        if (handles[one.handle.casefold()] if one.is_handle_known else ids[one.user_id]) == 1
        else full_name(one, labels)
        for one in accounts
    ]


def _inside(
    name: AccountName, accounts: Iterable[Account], labels: Mapping[AppId, str]
) -> list[Account]:
    if name.label is None:
        return list(accounts)
    label = name.label.casefold()
    return [one for one in accounts if labels.get(one.app_id, "").casefold() == label]
