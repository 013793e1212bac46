"""Look up an account, app or pending sign-in by the name that was typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from twauth_gui.cli.console import Console
from twauth_gui.cli.errors import CliError, ExitCode, FailureSubject
from twauth_gui.cli.prompts import prompt_choice, show_choices
from twauth_gui.domain.account_names import (
    find_accounts_by_prefix,
    parse_account_name,
    qualified_name,
    shortest_names,
)
from twauth_gui.domain.accounts import Account
from twauth_gui.domain.annotations import count_tags, has_tag
from twauth_gui.domain.apps import App
from twauth_gui.domain.credential_fields import CredentialKind
from twauth_gui.domain.display_text import to_printable_line
from twauth_gui.domain.sign_in import PendingSignIn
from twauth_gui.services.account_lookup import AccountLookup, AccountLookupError
from twauth_gui.store.store import Store

T = TypeVar("T")

_MOST_CHOICES = 20
"""Accounts that are listed for a choice; the others can be named."""


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
        self._accounts = AccountLookup(store)
        self._console = console
        self._accepts_prefix = console.can_ask and not requires_full_name
        self._labels = {app.id: app.label for app in store.apps.list_all()}

    def find_account(self, name: str | None) -> Account:
        """Find an account by its name (see domain/account_names.py), or the default one for None.

        If there is no default, a user at a terminal chooses one.

        Raises:
            CliError: there is none, or there are several.
        """
        try:
            account = self._find_default() if name is None else self._find_named(name)
        except AccountLookupError as error:
            code = ExitCode.NOT_FOUND if error.is_missing else ExitCode.USAGE
            raise CliError(code, error.title, error.advice, error.choices) from error
        self._console.subject = self.make_subject(account)
        return account

    def make_subject(self, account: Account) -> FailureSubject:
        """Return the subject for next steps about this account."""
        handle = account.handle if account.is_handle_known else ""
        return FailureSubject(self._labels.get(account.app_id, ""), handle)

    def _find_named(self, name: str) -> Account:
        try:
            return self._accounts.find_named(name)
        except AccountLookupError as error:
            if not (error.is_missing and self._accepts_prefix):
                raise
            started = self._find_started(name)
            if not started:
                raise
        if len(started) > 1:
            raise AccountLookupError(
                f"{name} matches several accounts.",
                "Name one of these:",
                [self.format_full_name(one) for one in started],
            )
        return started[0]

    def _find_started(self, name: str) -> list[Account]:
        accounts = self._store.accounts.list_all()
        return find_accounts_by_prefix(parse_account_name(name), accounts, self._labels)

    def _find_default(self) -> Account:
        """Return the default account, or the one that the user chooses if nothing names one."""
        default = self._accounts.find_default()
        if default is None:
            accounts = self._store.accounts.list_all()
            if len(accounts) > 1 and self._console.can_ask:
                return self._choose(accounts)
            return self._accounts.find(None)
        if default.origin and self._console.can_ask:
            self._console.note(f"{default.account.at_handle}, named by {default.origin}")
        return default.account

    def _choose(self, accounts: Sequence[Account]) -> Account:
        """Ask for a number of the list, or for a name or its beginning, until it means one."""
        names = list(shortest_names(accounts, self._labels).values())
        show_choices(names[:_MOST_CHOICES], more=len(names[_MOST_CHOICES:]))
        while True:
            text = prompt_choice("Which account (number or name)")
            for number, account in enumerate(accounts[:_MOST_CHOICES], 1):
                if text == str(number):
                    return account
            try:
                return self._find_named(text)
            except AccountLookupError as error:
                self._console.print_problem(
                    error.title, error.advice, [f"  {one}" for one in error.choices]
                )

    def find_accounts(self, names: Sequence[str], tags: Sequence[str] = ()) -> list[Account]:
        """Find the accounts in the order of the names, then those with one of the tags, each once.

        For neither names nor tags: the default one.

        Raises:
            CliError: one of the names has no account, or several; or one of the tags has none.
        """
        named = [self.find_account(name) for name in names or (() if tags else (None,))]
        named += self.find_tagged(tags)
        found = list({one.id: one for one in named}.values())
        if len(found) > 1:
            self._console.subject = FailureSubject()
        return found

    def find_tagged(self, tags: Sequence[str]) -> list[Account]:
        """Find the accounts that have one of the tags, in the order of the list.

        Raises:
            CliError: one of the tags has no account.
        """
        accounts = self._store.accounts.list_all() if tags else []
        for tag in tags:
            if not any(has_tag(one, tag) for one in accounts):
                known = [name for name, _count in count_tags(accounts)]
                advice = "There are:" if known else "Add it to some: twauth tag @HANDLE --add TAG"
                raise CliError(ExitCode.NOT_FOUND, f"No account has the tag {tag}.", advice, known)
        return [one for one in accounts if any(has_tag(one, tag) for tag in tags)]

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

    def describe_default(self) -> tuple[str, str, str] | None:
        """Return the account that is used here if none is named: id, DefaultSource, what names it.

        None if nothing names one. If what names one cannot be used, that is printed, and the id is
        "".
        """
        try:
            default = self._accounts.find_default()
        except AccountLookupError as error:
            self._console.warn(str(error))
            return ("", "", "")
        return (
            None if default is None else (default.account.id, default.source.value, default.origin)
        )

    def format_short_name(self, account: Account) -> str:
        """Return the account's name, with its app only if the handle is under several."""
        return shortest_names(self._store.accounts.list_all(), self._labels)[account.id]

    def format_full_name(self, account: Account) -> str:
        """Return the account's name with its app, which is unique."""
        return qualified_name(account, self._labels)

    def _find_matching(self, items: Sequence[T], name: str, key: Callable[[T], str]) -> list[T]:
        wanted = name.casefold()
        exact = [one for one in items if key(one).casefold() == wanted]
        if exact or not self._accepts_prefix or not wanted:
            return exact
        return [one for one in items if key(one).casefold().startswith(wanted)]
