"""The masked values of one account, each shown or copied when somebody asks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from PySide6.QtWidgets import QWidget

from twauth_gui.domain.accounts import Account, AccountId
from twauth_gui.domain.secret import Secret
from twauth_gui.gui.account_actions import AccountActions
from twauth_gui.gui.clipboard import CopiedMark
from twauth_gui.gui.desk import AppContext
from twauth_gui.gui.detail.credential_row import CredentialRow
from twauth_gui.gui.tasks import Job
from twauth_gui.services.parts import CredentialField
from twauth_gui.services.token_part import TokenField

P = TypeVar("P", bound=CredentialField | TokenField)


@dataclass(frozen=True, slots=True)
class Source(Generic[P]):
    """What gives the values out.

    run: takes a job to where it may wait, and its result to what comes next.
    """

    reveal: Callable[[AccountId, P, Job], Secret]
    copy: Callable[[AccountId, P, Job], Secret]
    run: Callable[[QWidget, Callable[[Job], Secret], Callable[[Secret], None]], object]


class CredentialValues(Generic[P]):
    """A row for each value; whoever makes them lays the rows out, and is told of their use."""

    def __init__(  # noqa: PLR0917 - each is another thing
        self,
        card: QWidget,
        desk: AppContext,
        actions: AccountActions,
        parts: Iterable[P],
        source: Source[P],
        used: Callable[[], None],
    ) -> None:
        """used: called when a value was shown or copied. The card is their owner."""
        self._card = card
        self._desk = desk
        self._actions = actions
        self._source = source
        self._used = used
        self._account: Account | None = None
        self._rows = {part: CredentialRow(part) for part in parts}
        self._copied = CopiedMark(desk.clipboard, card)
        self._copied.changed.connect(self._show_copied)
        for row in self._rows.values():
            row.reveal_wanted.connect(self._reveal)
            row.copy_wanted.connect(self._copy)

    def __iter__(self) -> Iterator[CredentialRow]:
        return iter(self._rows.values())

    def __getitem__(self, part: P) -> CredentialRow:
        return self._rows[part]

    @property
    def account(self) -> Account | None:
        """Whose values they are."""
        return self._account

    def show_account(self, account: Account) -> None:
        """Be this account's; what was shown of another one is hidden."""
        if self._account is None or self._account.id != account.id:
            self.hide()
        self._account = account
        self._show_copied()

    def hide(self) -> None:
        """Mask everything."""
        for row in self._rows.values():
            row.hide_value()

    def _reveal(self, part: P) -> None:
        account = self._account
        if account is None:
            return

        def done(value: Secret) -> None:
            if self._is_current(account.id) and self._desk.vault.problem is None:
                self._rows[part].show_value(value)
            self._used()

        self._source.run(self._card, lambda job: self._source.reveal(account.id, part, job), done)

    def _copy(self, part: P) -> None:
        account = self._account
        if account is None:
            return

        def done(value: Secret) -> None:
            if self._actions.put_on_clipboard(value):
                self._copied.put_on((account.id, part))
            self._used()

        self._source.run(self._card, lambda job: self._source.copy(account.id, part, job), done)

    def _show_copied(self) -> None:
        for part, row in self._rows.items():
            whose = None if self._account is None else (self._account.id, part)
            row.show_copied(on=self._copied.is_on(whose))

    def _is_current(self, account_id: AccountId) -> bool:
        return self._account is not None and self._account.id == account_id
