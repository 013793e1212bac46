"""What a person does with accounts, wherever in the window it is asked for."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from twauth_gui.domain.accounts import Account, AccountId
from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.domain.health import HealthState
from twauth_gui.domain.secret import Secret
from twauth_gui.gui.checks import Checks
from twauth_gui.gui.desk import AppContext
from twauth_gui.gui.parts.confirm import confirm_sheet
from twauth_gui.gui.vault.gate import needs_vault
from twauth_gui.store.vault import mid_sentence

UNDO_SECONDS = 10


class AccountActions(QObject):
    """Activates, copies, removes and revokes; checks are in a part of their own.

    Signals:
        removed: an account was taken out of the list and can be brought back; carries its id, its
            handle, and whether X has ended its credentials.
    """

    removed = Signal(str, str, bool)

    def __init__(self, desk: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.checks = Checks(desk, self)

    # -- the active account ------------------------------------------------------------------------

    def make_active(self, account_id: AccountId) -> None:
        """Let this account be the one that is meant where none is named."""
        self.desk.in_store(
            self,
            lambda _job: self.desk.services.store.settings.set_active_account(account_id),
            lambda _nothing: self.desk.library.reload(),
        )

    # -- copying -----------------------------------------------------------------------------------

    @needs_vault
    def copy_all(self, account: Account, then: Callable[[], None]) -> None:
        """Copy the account's credentials in the shape that was exported last; then: it was done."""

        def copied(text: Secret) -> None:
            if self.put_on_clipboard(text):
                then()

        # Tokens of OAuth 2.0 near their end are renewed first, so X may be asked.
        has_tokens = account.id in self.desk.library.snapshot.tokens
        run = self.desk.over_network if has_tokens else self.desk.in_store
        _ = run(self, lambda _job: self.desk.services.exporter.copy_last([account.id]), copied)

    def put_on_clipboard(self, secret: Secret) -> bool:
        """Copy something secret and let the countdown be shown; not where Twauth locked meanwhile.

        Returns:
            Whether it was copied.
        """
        if self.desk.vault.locked:
            return False
        self.desk.clipboard.put(secret)
        self.desk.library.reload()
        return True

    # -- taking away -------------------------------------------------------------------------------

    @needs_vault
    def remove(self, account: Account) -> None:
        """Ask, then take the account out of the list; there is a way back for some seconds."""
        revoked = account.health.state is HealthState.REVOKED
        sheet = confirm_sheet(
            self.desk.sheets,
            f"Remove {account.at_handle}?",
            f"Its credentials are deleted from {mid_sentence(self.desk.vault.name)}."
            + ("" if revoked else " X accepts them until they are revoked."),
            safe_text="Keep",
            danger_text="Remove",
            check_text="" if revoked else "Also revoke them at X, so that bots stop",
        )

        def accepted() -> None:
            if sheet.check.isChecked():
                self._revoke_and_remove(account)
            else:
                self._remove(account, revoked=revoked)

        sheet.accepted.connect(accepted)

    def _remove(self, account: Account, *, revoked: bool) -> None:
        def done(_nothing: None) -> None:
            self._tell_removed(account, revoked=revoked)

        self.desk.in_store(
            self, lambda _job: self.desk.services.account_removal.remove(account.id), done
        )

    def _revoke_and_remove(self, account: Account) -> None:
        removal = self.desk.services.account_removal

        def done(refused: Diagnosis | None) -> None:
            self._tell_removed(account, revoked=refused is None)
            if refused is not None:
                self.desk.window.show_problem(refused)

        self.desk.over_network(
            self,
            lambda job: removal.revoke_and_remove(account.id, job.cancel),
            done,
            must_finish=True,
        )

    def _tell_removed(self, account: Account, *, revoked: bool) -> None:
        self.desk.library.reload(
            then=lambda: self.removed.emit(account.id, account.at_handle, revoked)
        )

    def settle_removal(self, account_id: AccountId, *, undone: bool) -> None:
        """Bring it back, or delete it for good."""
        if undone:
            self.restore(account_id)
        else:
            self.purge(account_id)

    def restore(self, account_id: AccountId) -> None:
        """Bring back what was removed."""
        self.desk.in_store(
            self,
            lambda _job: self.desk.services.account_removal.restore(account_id),
            lambda _nothing: self.desk.library.reload(
                then=lambda: self.desk.window.select_account(account_id)
            ),
        )

    def purge(self, account_id: AccountId) -> None:
        """Delete for good what was removed and not brought back."""
        self.desk.in_store(
            self,
            lambda _job: self.desk.services.account_removal.purge(account_id),
            lambda _nothing: None,
        )

    @needs_vault
    def revoke(self, account: Account) -> None:
        """Ask, then make X forget the token."""
        sheet = confirm_sheet(
            self.desk.sheets,
            f"Revoke {account.at_handle} at X?",
            "X stops accepting these credentials at once, and bots that use them stop. "
            "This cannot be undone.",
            safe_text="Keep",
            danger_text="Revoke",
        )
        sheet.accepted.connect(lambda: self._revoke(account.id))

    def _revoke(self, account_id: AccountId) -> None:
        self.desk.over_network(
            self,
            lambda job: self.desk.services.account_removal.revoke(account_id, job.cancel),
            lambda account: self.desk.window.show_status(f"Revoked {account.at_handle} at X"),
            ended=self.desk.library.reload,
            must_finish=True,
        )
