"""Look up an account, app or pending sign-in by the name that was typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from twauth_gui.cli.console import Console
from twauth_gui.cli.errors import CliError, ExitCode, FailureSubject
from twauth_gui.domain.account_names import (
    AccountName,
    HandleError,
    find_accounts,
    find_accounts_by_prefix,
    parse_account_name,
    parse_handle,
    qualified_name,
)
from twauth_gui.domain.accounts import Account
from twauth_gui.domain.apps import App
from twauth_gui.domain.credential_fields import CredentialKind
from twauth_gui.domain.display_text import to_printable_line
from twauth_gui.domain.sign_in import PendingSignIn
from twauth_gui.store.store import Store

T = TypeVar("T")


class NameLookup:
    """Finds accounts, apps and pending sign-ins; what is found becomes the console's subject.

    Args:
        store: holds them.
        console: on a terminal the beginning of a name is enough if it is unique. Not in a script,
            which would break with the next account.
        requires_full_name: whether the beginning of a name is not enough on a terminal either.
    """

    def __init__(self, store: Store, console: Console, *, requires_full_name: bool = False) -> None:
        self._store = store
        self._console = console
        self._accepts_prefix = console.can_ask and not requires_full_name
        self._labels = {app.id: app.label for app in store.apps.list_all()}

    def find_account(self, name: str | None) -> Account:
        """Find an account by its name (see domain/account_names.py), or the active one for None.

        Raises:
            CliError: there is none, or there are several.
        """
        account = self._find_active() if name is None else self._find_named(name)
        self._console.subject = self.make_subject(account)
        return account

    def make_subject(self, account: Account) -> FailureSubject:
        """Return the subject for next steps about this account."""
        handle = account.handle if account.is_handle_known else ""
        return FailureSubject(self._labels.get(account.app_id, ""), handle)

    def _find_named(self, name: str) -> Account:
        wanted, accounts = parse_account_name(name), self._store.accounts.list_all()
        found = find_accounts(wanted, accounts, self._labels)
        if not found and self._accepts_prefix:
            found = find_accounts_by_prefix(wanted, accounts, self._labels)
        if not found:
            raise _make_no_account_error(name, wanted)
        if len(found) > 1:
            raise CliError(
                ExitCode.USAGE,
                f"{name} matches several accounts.",
                "Name one of these:",
                [self.format_full_name(one) for one in found],
            )
        return found[0]

    def find_accounts(self, names: Sequence[str]) -> list[Account]:
        """Find the accounts in the order of the names, each once; the active one for no names.

        Raises:
            CliError: one of the names has no account, or several.
        """
        named = [self.find_account(name) for name in names or (None,)]
        found = list({one.id: one for one in named}.values())
        if len(found) > 1:
            self._console.subject = FailureSubject()
        return found

    def find_app(self, label: str) -> App:
        """Find an app by its label, ignoring case.

        Raises:
            CliError: there is none, or there are several.
        """
        found = self._find_matching(
            self._store.apps.list_all(), to_printable_line(label), lambda one: one.label
        )
        if len(found) == 1:
            self._console.subject = FailureSubject(found[0].label)
            return found[0]
        if found:
            raise CliError(
                ExitCode.USAGE,
                f"{label} matches several apps.",
                "Name one of these:",
                [one.label for one in found],
            )
        known = [one.label for one in self._store.apps.list_all()]
        advice = "There are:" if known else "Add one with its keys: twauth app add LABEL"
        raise CliError(ExitCode.NOT_FOUND, f"There is no app {label}.", advice, known)

    def find_pending_sign_in(self, pending_id: str) -> PendingSignIn:
        """Find a pending sign-in by its id.

        Raises:
            CliError: there is none, or there are several.
        """
        found = self._find_matching(
            self._store.pending_sign_ins.list_all(), pending_id, lambda one: one.id
        )
        if len(found) != 1:
            raise CliError(
                ExitCode.NOT_FOUND,
                f"There is no pending sign-in {pending_id}.",
                "It was finished or cancelled. twauth attempts lists the pending ones.",
            )
        (pending,) = found
        self._console.subject = FailureSubject(
            self._labels.get(pending.app_id, ""),
            pending.expected_handle,
            pending.id if pending.is_possibly_granted else "",
            oauth2=pending.kind is CredentialKind.OAUTH2,
        )
        return pending

    def format_full_name(self, account: Account) -> str:
        """Return the account's name with its app, which is unique."""
        return qualified_name(account, self._labels)

    def _find_active(self) -> Account:
        active = self._store.settings.active_account()
        for one in self._store.accounts.list_all():
            if one.id == active:
                return one
        raise CliError(
            ExitCode.NOT_FOUND,
            "No account is active.",
            "Name one as @handle, or choose one: twauth use @handle",
        )

    def _find_matching(self, items: Sequence[T], name: str, key: Callable[[T], str]) -> list[T]:
        wanted = name.casefold()
        exact = [one for one in items if key(one).casefold() == wanted]
        if exact or not self._accepts_prefix or not wanted:
            return exact
        return [one for one in items if key(one).casefold().startswith(wanted)]


def _make_no_account_error(name: str, wanted: AccountName) -> CliError:
    if not wanted.bare:
        return CliError(ExitCode.USAGE, "A handle is empty.", "Write it as @handle.")
    try:
        _ = wanted.is_number or parse_handle(wanted.bare)
    except HandleError as error:
        return CliError(ExitCode.USAGE, f"{name} is not a handle.", str(error))
    return CliError(
        ExitCode.NOT_FOUND,
        f"There is no account {name}.",
        "twauth list shows the accounts.",
    )
