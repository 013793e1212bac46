"""Finds what a person names: an account, an app, a sign-in under way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from twauth_gui.cli.console import Console
from twauth_gui.cli.exit_codes import ExitCode
from twauth_gui.cli.next_steps import FailureSubject
from twauth_gui.cli.refusal import CliError
from twauth_gui.domain.accounts import Account
from twauth_gui.domain.apps import App
from twauth_gui.domain.attempts import PendingSignIn
from twauth_gui.domain.credential_kind import CredentialKind
from twauth_gui.domain.handles import HandleError, clean_handle
from twauth_gui.domain.naming import AccountName, beginning, full_name, named, read_name
from twauth_gui.domain.printable import printable
from twauth_gui.store.store import Store

T = TypeVar("T")


class Chooser:
    """Looks names up in the lists; what is found becomes the subject of the console.

    Args:
        store: where they are kept.
        console: where a person sits at it, the beginning of a name will do where only one fits. Not
            for a script: one that relies on it breaks with the next account.
        whole: names have to be whole for a person too.
    """

    def __init__(self, store: Store, console: Console, *, whole: bool = False) -> None:
        self._store = store
        self._console = console
        self._generous = console.can_ask and not whole
        self._labels = {app.id: app.label for app in store.apps.all()}

    def account(self, name: str | None) -> Account:
        """Find an account as domain/naming.py reads its name, or the active one for None.

        Raises:
            RefusedError: there is none, or there are several.
        """
        account = self._active() if name is None else self._named(name)
        self._console.subject = self.subject(account)
        return account

    def subject(self, account: Account) -> FailureSubject:
        """Give what next steps of this account name."""
        handle = account.handle if account.is_handle_known else ""
        return FailureSubject(self._labels.get(account.app_id, ""), handle)

    def _named(self, name: str) -> Account:
        wanted, accounts = read_name(name), self._store.accounts.all()
        found = named(wanted, accounts, self._labels)
        if not found and self._generous:
            found = beginning(wanted, accounts, self._labels)
        if not found:
            raise _no_account(name, wanted)
        if len(found) > 1:
            raise CliError(
                ExitCode.USAGE,
                f"{name} fits several accounts.",
                "Name one of these:",
                [self.full_name(one) for one in found],
            )
        return found[0]

    def accounts(self, names: Sequence[str]) -> list[Account]:
        """Find each, once, in the order given; the active account where none is named."""
        named = [self.account(name) for name in names] if names else [self.account(None)]
        found = list({one.id: one for one in named}.values())
        if len(found) > 1:
            self._console.subject = FailureSubject()
        return found

    def app(self, label: str) -> App:
        """Find an app by its label, without regard to case.

        Raises:
            RefusedError: there is none, or there are several.
        """
        found = self._matching(self._store.apps.all(), printable(label), lambda one: one.label)
        if len(found) == 1:
            self._console.subject = FailureSubject(found[0].label)
            return found[0]
        if found:
            raise CliError(
                ExitCode.USAGE,
                f"{label} fits several apps.",
                "Name one of these:",
                [one.label for one in found],
            )
        known = [one.label for one in self._store.apps.all()]
        advice = "There are:" if known else "Add one with its keys: twauth app add LABEL"
        raise CliError(ExitCode.NOT_FOUND, f"There is no app {label}.", advice, known)

    def attempt(self, attempt_id: str) -> PendingSignIn:
        """Find a sign-in under way by its id.

        Raises:
            RefusedError: there is none, or there are several.
        """
        found = self._matching(self._store.pending_sign_ins.all(), attempt_id, lambda one: one.id)
        if len(found) != 1:
            raise CliError(
                ExitCode.NOT_FOUND,
                f"There is no sign-in {attempt_id} under way.",
                "It was finished or given up. twauth attempts shows those that wait.",
            )
        (attempt,) = found
        self._console.subject = FailureSubject(
            self._labels.get(attempt.app_id, ""),
            attempt.expected_handle,
            attempt.id if attempt.may_be_granted else "",
            oauth2=attempt.kind is CredentialKind.OAUTH2,
        )
        return attempt

    def full_name(self, account: Account) -> str:
        """Name an account so that no other is meant."""
        return full_name(account, self._labels)

    def _active(self) -> Account:
        active = self._store.settings.active_account()
        for one in self._store.accounts.all():
            if one.id == active:
                return one
        raise CliError(
            ExitCode.NOT_FOUND,
            "No account is active.",
            "Name one as @handle, or choose one: twauth use @handle",
        )

    def _matching(self, things: Sequence[T], name: str, of: Callable[[T], str]) -> list[T]:
        wanted = name.casefold()
        exact = [one for one in things if of(one).casefold() == wanted]
        if exact or not self._generous or not wanted:
            return exact
        return [one for one in things if of(one).casefold().startswith(wanted)]


def _no_account(name: str, wanted: AccountName) -> CliError:
    if not wanted.bare:
        return CliError(ExitCode.USAGE, "A handle is empty.", "Write it as @handle.")
    try:
        _ = wanted.is_number or clean_handle(wanted.bare)
    except HandleError as error:
        return CliError(ExitCode.USAGE, f"{name} is no handle.", str(error))
    return CliError(
        ExitCode.NOT_FOUND,
        f"There is no account {name}.",
        "twauth list shows the accounts there are.",
    )
