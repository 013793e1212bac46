"""Which account is meant: one that was named, or the one that holds in this folder.

The command and bots in Python ask here, so that both mean the same account.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from twauth_gui.domain.account_names import (
    AccountName,
    HandleError,
    find_accounts,
    parse_account_name,
    parse_handle,
    qualified_name,
)
from twauth_gui.domain.accounts import Account
from twauth_gui.services.account_file import (
    ACCOUNT_FILE_NAME,
    ACCOUNT_VARIABLE,
    AccountFileError,
    find_account_file,
    read_account_file,
)
from twauth_gui.services.app_paths import shorten_path
from twauth_gui.store.store import Store


class DefaultSource(Enum):
    """What names the account that is used if none is named, in the order in which they count."""

    ENVIRONMENT = "environment"
    FILE = "file"
    ACTIVE = "active"


@dataclass(frozen=True, slots=True)
class DefaultAccount:
    """The account that is used if none is named.

    origin: TWAUTH_ACCOUNT or the path of the .twauth file; "" for the active account.
    """

    account: Account
    source: DefaultSource
    origin: str = ""


class AccountLookupError(LookupError):
    """A name means no account, or several; or what should name one cannot be used.

    is_missing: whether the name is fine, and there is no such account. choices: names to choose
    from.
    """

    def __init__(
        self, title: str, advice: str, choices: Sequence[str] = (), *, is_missing: bool = False
    ) -> None:
        super().__init__(" ".join((title, advice, ", ".join(choices))).rstrip())
        self.title = title
        self.advice = advice
        self.choices = tuple(choices)
        self.is_missing = is_missing


class AccountLookup:
    """Finds accounts in the store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._labels = {app.id: app.label for app in store.apps.list_all()}

    def find(self, name: str | None) -> Account:
        """Find an account by its name, or the default one for None.

        Raises:
            AccountLookupError: there is none, or there are several.
        """
        if name is not None:
            return self.find_named(name)
        default = self.find_default()
        if default is None:
            raise AccountLookupError(
                "No account is active.",
                "Name one as @handle, or choose one: twauth use @handle",
                is_missing=True,
            )
        return default.account

    def find_named(self, name: str, origin: str = "") -> Account:
        """Find an account by its name (see domain/account_names.py).

        origin: what names it, if that is not the caller.

        Raises:
            AccountLookupError: there is none, or there are several.
        """
        wanted = parse_account_name(name)
        found = find_accounts(wanted, self._store.accounts.list_all(), self._labels)
        if len(found) == 1:
            return found[0]
        says = f"{origin}: " if origin else ""
        if not found:
            raise _make_missing_error(name, wanted, says)
        names = [qualified_name(one, self._labels) for one in found]
        raise AccountLookupError(
            f"{says}{name} matches several accounts.", "Name one of these:", names
        )

    def find_default(self) -> DefaultAccount | None:
        """Return the account that holds here if none is named; None if nothing names one.

        TWAUTH_ACCOUNT counts first, then the nearest .twauth file, then the active account.

        Raises:
            AccountLookupError: what counts first cannot be used. It is not passed over, since a bot
                would then act as another account.
        """
        if named := os.environ.get(ACCOUNT_VARIABLE):
            account = self.find_named(named, ACCOUNT_VARIABLE)
            return DefaultAccount(account, DefaultSource.ENVIRONMENT, ACCOUNT_VARIABLE)
        if (path := find_account_file()) is not None:
            origin = shorten_path(Path(path))
            account = self.find_named(_read_name(path, origin), origin)
            return DefaultAccount(account, DefaultSource.FILE, origin)
        active = self._store.settings.active_account()
        for one in self._store.accounts.list_all():
            if one.id == active:
                return DefaultAccount(one, DefaultSource.ACTIVE)
        return None


def _read_name(path: str, origin: str) -> str:
    try:
        return read_account_file(path)
    except AccountFileError as error:
        raise AccountLookupError(
            f"{origin} {error.reason}, so it is not used.",
            f"It would name the account of this folder ({ACCOUNT_FILE_NAME})."
            f" Name one as @handle or in {ACCOUNT_VARIABLE}, or remove the file.",
        ) from error


def _make_missing_error(name: str, wanted: AccountName, says: str) -> AccountLookupError:
    if not wanted.bare:
        return AccountLookupError(f"{says}A handle is empty.", "Write it as @handle.")
    try:
        _ = wanted.is_number or parse_handle(wanted.bare)
    except HandleError as error:
        return AccountLookupError(f"{says}{name} is not a handle.", str(error))
    return AccountLookupError(
        f"{says}There is no account {name}.",
        "twauth list shows the accounts.",
        is_missing=True,
    )
