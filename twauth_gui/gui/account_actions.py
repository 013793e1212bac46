"""Actions on accounts that several parts of the window offer."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from twauth_gui.domain.accounts import Account, AccountId
from twauth_gui.domain.callbacks import ignore
from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.domain.display_text import name_in_sentence
from twauth_gui.domain.health import HealthState
from twauth_gui.domain.secret import Secret
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.check_controller import CheckController
from twauth_gui.gui.parts.confirm_dialog import ask_confirmation
from twauth_gui.gui.vault.vault_dialogs import needs_vault

UNDO_SECONDS = 10


class AccountActions(QObject):
    """Activates, copies, removes and revokes accounts; .checks checks them.

    Signals:
        removed: an account was removed from the list and can be restored; carries its id, its
            handle, and whether X has revoked its credentials.
    """

    removed = Signal(str, str, bool)

    def __init__(self, context: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.checks = CheckController(context, self)

    # -- the active account ------------------------------------------------------------------------

    def set_active(self, account_id: AccountId) -> None:
        """Make this the account that commands use if none is named."""
        self.context.run_in_store(
            self,
            lambda _job: self.context.services.store.settings.set_active_account(account_id),
            lambda _nothing: self.context.snapshots.reload(),
        )

    # -- copying -----------------------------------------------------------------------------------

    @needs_vault
    def copy_all(self, account: Account, on_done: Callable[[], None]) -> None:
        """Copy the account's credentials in the preset used last, then call on_done."""

        def copied(text: Secret) -> None:
            if self.copy_secret(text):
                on_done()

        # OAuth 2.0 tokens about to expire are renewed first, which asks X.
        has_tokens = account.id in self.context.snapshots.current.tokens
        run = self.context.run_over_network if has_tokens else self.context.run_in_store
        _ = run(
            self,
            lambda _job: self.context.services.exporter.copy_with_last_preset([account.id]),
            copied,
        )

    def copy_secret(self, secret: Secret) -> bool:
        """Copy a secret and start the countdown, unless Twauth was locked meanwhile.

        Returns:
            Whether it was copied.
        """
        if self.context.vault.is_locked:
            return False
        self.context.clipboard.copy(secret)
        self.context.snapshots.reload()
        return True

    # -- removing and revoking ---------------------------------------------------------------------

    @needs_vault
    def remove(self, account: Account) -> None:
        """Ask, then remove the account from the list; it can be restored for UNDO_SECONDS."""
        revoked = account.health.state is HealthState.REVOKED
        dialog = ask_confirmation(
            self.context.dialogs,
            f"Remove {account.at_handle}?",
            f"Its credentials are deleted from {name_in_sentence(self.context.vault.name)}."
            + ("" if revoked else " X accepts them until they are revoked."),
            safe_text="Keep",
            danger_text="Remove",
            check_text="" if revoked else "Also revoke them at X, so that bots stop",
        )

        def accepted() -> None:
            if dialog.check_box.isChecked():
                self._revoke_and_remove(account)
            else:
                self._remove(account, revoked=revoked)

        dialog.accepted.connect(accepted)

    def _remove(self, account: Account, *, revoked: bool) -> None:
        self.context.run_in_store(
            self,
            lambda _job: self.context.services.account_removal.remove(account.id),
            lambda _nothing: self._announce_removal(account, revoked=revoked),
        )

    def _revoke_and_remove(self, account: Account) -> None:
        removal = self.context.services.account_removal

        def done(problem: Diagnosis | None) -> None:
            self._announce_removal(account, revoked=problem is None)
            if problem is not None:
                self.context.window.show_problem(problem)

        self.context.run_over_network(
            self,
            lambda job: removal.revoke_and_remove(account.id, job.cancel),
            done,
            must_finish=True,
        )

    def _announce_removal(self, account: Account, *, revoked: bool) -> None:
        self.context.snapshots.reload(
            on_done=lambda: self.removed.emit(account.id, account.at_handle, revoked)
        )

    def finish_removal(self, account_id: AccountId, *, undo: bool) -> None:
        """Restore a removed account, or delete it for good."""
        if undo:
            self.restore(account_id)
        else:
            self.purge(account_id)

    def restore(self, account_id: AccountId) -> None:
        """Put a removed account back into the list and select it."""
        self.context.run_in_store(
            self,
            lambda _job: self.context.services.account_removal.restore(account_id),
            lambda _nothing: self.context.snapshots.reload(
                on_done=lambda: self.context.window.select_account(account_id)
            ),
        )

    def purge(self, account_id: AccountId) -> None:
        """Delete a removed account for good."""
        self.context.run_in_store(
            self,
            lambda _job: self.context.services.account_removal.purge(account_id),
            ignore,
        )

    @needs_vault
    def revoke(self, account: Account) -> None:
        """Ask, then revoke the account's credentials at X."""
        dialog = ask_confirmation(
            self.context.dialogs,
            f"Revoke {account.at_handle} at X?",
            "X stops accepting these credentials at once, and bots that use them stop. "
            "This cannot be undone.",
            safe_text="Keep",
            danger_text="Revoke",
        )
        dialog.accepted.connect(lambda: self._revoke(account.id))

    def _revoke(self, account_id: AccountId) -> None:
        self.context.run_over_network(
            self,
            lambda job: self.context.services.account_removal.revoke(account_id, job.cancel),
            lambda account: self.context.window.show_status(f"Revoked {account.at_handle} at X"),
            on_ended=self.context.snapshots.reload,
            must_finish=True,
        )
