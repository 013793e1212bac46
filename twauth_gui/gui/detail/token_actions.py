"""What a person does with an account's tokens of OAuth 2.0."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from twauth_gui.domain.accounts import Account
from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.domain.oauth2 import TokenSet
from twauth_gui.gui.desk import AppContext
from twauth_gui.gui.parts.confirm import confirm_sheet
from twauth_gui.gui.tasks import Job
from twauth_gui.gui.vault.gate import needs_vault


class TokenActions(QObject):
    """Renews and revokes.

    Signals:
        changed: the tokens are others, or gone.
    """

    changed = Signal()

    def __init__(self, desk: AppContext, parent: QObject) -> None:
        super().__init__(parent)
        self.desk = desk

    def renew(self, account: Account, *, ended: Callable[[], None]) -> None:
        """Ask X for the next pair; where the keychain does not take it, offer to try again."""
        keeper = self.desk.services.tokens

        def work(job: Job) -> TokenSet:
            return keeper.renew(account.id, job.cancel)

        def done(_tokens: TokenSet) -> None:
            self.desk.window.show_status(f"Renewed the OAuth 2.0 tokens of {account.at_handle}")
            self.desk.library.reload(then=self.changed.emit)

        def failed(diagnosis: Diagnosis) -> None:
            if keeper.holds(account.id):
                self._ask_to_try_again(account, diagnosis, ended)
            else:
                self.desk.window.show_problem(diagnosis)

        self.desk.over_network(self, work, done, failed, ended=ended, must_finish=True)

    def _ask_to_try_again(
        self, account: Account, diagnosis: Diagnosis, ended: Callable[[], None]
    ) -> None:
        """X has given the next pair once, and it is in memory only."""
        sheet = confirm_sheet(
            self.desk.sheets,
            diagnosis.title.rstrip("."),
            f"X has given the next tokens of {account.at_handle}, and gives them only once. They "
            "are held until this window closes.",
            safe_text="Later",
            danger_text="Try again",
        )
        sheet.accepted.connect(lambda: self.renew(account, ended=ended))

    @needs_vault
    def revoke(self, account: Account) -> None:
        """Ask, then end both tokens at X."""
        beside = " Its credentials of OAuth 1.0a stay as they are." if account.has_oauth1 else ""
        sheet = confirm_sheet(
            self.desk.sheets,
            f"Revoke OAuth 2.0 of {account.at_handle} at X?",
            "X stops accepting these tokens at once, and bots that use them stop. This cannot be "
            f"undone.{beside}",
            safe_text="Keep",
            danger_text="Revoke",
        )
        sheet.accepted.connect(lambda: self._revoke(account))

    def _revoke(self, account: Account) -> None:
        def work(job: Job) -> Account:
            return self.desk.services.tokens.revoke(account.id, job.cancel)

        def done(_account: Account) -> None:
            self.desk.window.show_status(f"Revoked OAuth 2.0 of {account.at_handle} at X")
            self.desk.library.reload(then=self.changed.emit)

        self.desk.over_network(self, work, done, must_finish=True)
