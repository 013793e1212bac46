"""Removal and revocation of one or many accounts, started from the window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from twauth_gui.domain.accounts import Account
from twauth_gui.domain.callbacks import ignore
from twauth_gui.domain.cancel_token import CancelToken
from twauth_gui.domain.display_text import name_in_sentence, pluralize
from twauth_gui.domain.health import HealthState
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.parts.confirm_dialog import ask_confirmation
from twauth_gui.gui.tasks import Job
from twauth_gui.gui.vault.vault_dialogs import needs_vault
from twauth_gui.services.bulk_run import BulkAction, BulkResult, run_for_each
from twauth_gui.store.errors import NotFoundError

_NAMED = 5  # how many accounts a question names


@dataclass(frozen=True, slots=True)
class _Verb:
    """The words of one kind of run. done: as in "12 removed"; doing: as in "Removing 3 of 12"."""

    done: str
    doing: str


_REMOVAL, _REVOCATION = _Verb("removed", "Removing"), _Verb("revoked", "Revoking")


class RemovalController(QObject):
    """Asks, then removes accounts or revokes them at X, one after the other.

    A removal can be undone for a while; a failure stops neither.

    Signals:
        progress: how far a run of several is, in words.
        finished: a run ended.
        restored: carries the ids of the accounts that are in the list again.
    """

    progress = Signal(str)
    finished = Signal()
    restored = Signal(list)

    def __init__(self, context: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self._stop: CancelToken | None = None

    @property
    def is_running(self) -> bool:
        """Whether a removal or a revocation is under way."""
        return self._stop is not None

    def stop(self) -> None:
        """Leave out the accounts that are not done yet."""
        if self._stop is not None:
            self._stop.cancel()

    # -- removing ----------------------------------------------------------------------------------

    @needs_vault
    def remove(self, accounts: Sequence[Account]) -> None:
        """Ask, then remove the accounts from the list; all of them can be restored at once."""
        accepted_count = sum(map(_is_accepted, accounts))
        dialog = ask_confirmation(
            self.context.dialogs,
            f"Remove {name_accounts(accounts)}?",
            f"{_list_handles(accounts)}{_its(accounts)} credentials are deleted from "
            f"{name_in_sentence(self.context.vault.name)}."
            f"{_acceptance_text(accepted_count, len(accounts))}",
            safe_text="Keep",
            danger_text="Remove",
            check_text="Also revoke them at X, so that bots stop" if accepted_count else "",
        )
        dialog.accepted.connect(lambda: self._remove(accounts, revoke=dialog.check_box.isChecked()))

    def _remove(self, accounts: Sequence[Account], *, revoke: bool) -> None:
        removal = self.context.services.account_removal

        def make_action(stop: CancelToken) -> BulkAction:
            if revoke:
                return lambda account: removal.revoke_and_remove(account.id, stop)
            return lambda account: removal.remove(account.id)

        def done(result: BulkResult) -> None:
            self._offer_undo(result, revoked=revoke)
            self._show_problems(result, _REMOVAL, lambda rest: self._remove(rest, revoke=revoke))

        self._run(accounts, _REMOVAL, make_action, done)

    def _offer_undo(self, result: BulkResult, *, revoked: bool) -> None:
        """Say what was removed, and let it be undone."""
        removed = result.done
        if not removed:
            self._show_rest(result, _REMOVAL)
            return
        unrevoked = {one.account.id for one in result.warnings}
        accepted = [
            one for one in removed if _is_accepted(one) and (not revoked or one.id in unrevoked)
        ]
        words = f"Removed {name_accounts(removed)}. {_removed_text(removed, accepted)}"
        ids = [one.id for one in removed]
        self.context.window.offer_undo(
            f"{words}{_rest_text(result, _REMOVAL)}",
            lambda: self._restore(removed),
            lambda: self.context.run_in_store(
                self, lambda _job: self.context.services.account_removal.purge(*ids), ignore
            ),
        )

    def _restore(self, accounts: Sequence[Account]) -> None:
        """Put removed accounts back into the list."""
        removal = self.context.services.account_removal

        def work(_job: Job) -> list[Account]:
            gone: list[Account] = []
            for account in accounts:
                try:
                    removal.restore(account.id)
                except NotFoundError:
                    gone.append(account)
            return gone

        def done(gone: list[Account]) -> None:
            ids = [one.id for one in accounts if one not in gone]
            self.context.snapshots.reload(on_done=lambda: self.restored.emit(ids))
            if gone:
                who = "Another process has deleted it" if len(gone) == 1 else "They were deleted"
                self.context.window.show_status(
                    f"{name_accounts(gone)} cannot be restored. {who} for good."
                )

        self.context.run_in_store(self, work, done)

    # -- revoking ----------------------------------------------------------------------------------

    @needs_vault
    def revoke(self, accounts: Sequence[Account]) -> None:
        """Ask, then revoke the accounts' credentials at X."""
        dialog = ask_confirmation(
            self.context.dialogs,
            f"Revoke {name_accounts(accounts)} at X?",
            f"{_list_handles(accounts)}X stops accepting these credentials at once, and bots that "
            "use them stop. This cannot be undone.",
            safe_text="Keep",
            danger_text="Revoke",
        )
        dialog.accepted.connect(lambda: self._revoke(accounts))

    def _revoke(self, accounts: Sequence[Account]) -> None:
        removal = self.context.services.account_removal

        def make_action(stop: CancelToken) -> BulkAction:
            def revoke(account: Account) -> None:
                _ = removal.revoke(account.id, stop)

            return revoke

        def done(result: BulkResult) -> None:
            if result.done:
                ids = [one.id for one in result.done]
                self.context.window.show_status(
                    f"Revoked {name_accounts(result.done)} at X{_rest_text(result, _REVOCATION)}",
                    is_current=lambda: self._are_revoked(ids),
                )
            else:
                self._show_rest(result, _REVOCATION)
            self._show_problems(result, _REVOCATION, self._revoke)

        self._run(accounts, _REVOCATION, make_action, done)

    def _are_revoked(self, ids: Sequence[str]) -> bool:
        """Whether none of these was signed in again."""
        known = self.context.snapshots.current.accounts.values()
        return all(one.health.state is HealthState.REVOKED for one in known if one.id in ids)

    # -- one run -----------------------------------------------------------------------------------

    def _run(
        self,
        accounts: Sequence[Account],
        verb: _Verb,
        make_action: Callable[[CancelToken], BulkAction],
        on_done: Callable[[BulkResult], None],
    ) -> None:
        if self.is_running:
            return
        self._stop = stop = CancelToken()
        count = len(accounts)

        def work(job: Job) -> BulkResult:
            job.cancel.on_cancel(stop.cancel)  # when the window closes
            return run_for_each(accounts, make_action(stop), stop, job.report)

        def done(result: BulkResult) -> None:
            self.context.snapshots.reload(on_done=lambda: on_done(result))

        def ended() -> None:
            self._stop = None
            self.finished.emit()

        def show_progress(number: object) -> None:
            self.progress.emit(f"{verb.doing} {number} of {count:,}")

        if count > 1:
            show_progress(0)
        self.context.run_over_network(
            self,
            work,
            done,
            on_report=show_progress if count > 1 else ignore,
            on_ended=ended,
            must_finish=True,
        )

    def _show_rest(self, result: BulkResult, verb: _Verb) -> None:
        """Say what was left out of a run that has done nothing."""
        if text := _rest_text(result, verb).lstrip(". "):
            self.context.window.show_status(text)

    def _show_problems(
        self, result: BulkResult, verb: _Verb, again: Callable[[Sequence[Account]], None]
    ) -> None:
        """Show what has failed and why, and offer to try that again."""
        problems = [*result.failures, *result.warnings]
        rest = result.unfinished

        def retry() -> None:
            again(rest)

        if result.stop_reason is not None and not problems:
            self.context.window.show_problem(result.stop_reason, retry)
        elif len(problems) == result.count == 1:
            self.context.window.show_problem(problems[0].diagnosis, retry if rest else None)
        elif problems:
            from twauth_gui.gui.failed_accounts_dialog import FailedAccountsDialog  # noqa: PLC0415 - rare

            dialog = FailedAccountsDialog(
                _problem_title(result, verb), problems, result.stop_reason, len(result.skipped)
            )
            dialog.offer_retry(len(rest))
            dialog.accepted.connect(retry)
            self.context.dialogs.open(dialog)


def name_accounts(accounts: Sequence[Account]) -> str:
    """Return the handle of a single account, else how many there are."""
    return accounts[0].at_handle if len(accounts) == 1 else pluralize(len(accounts), "account")


def _list_handles(accounts: Sequence[Account]) -> str:
    """Return the first handles as a sentence of several accounts; "" for one."""
    if len(accounts) == 1:
        return ""
    names = ", ".join(one.at_handle for one in accounts[:_NAMED])
    more = len(accounts) - _NAMED
    return f"{names} and {more:,} more. " if more > 0 else f"{names}. "


def _its(accounts: Sequence[Account]) -> str:
    return "Its" if len(accounts) == 1 else "Their"


def _is_accepted(account: Account) -> bool:
    """Whether X still accepts the account's credentials, as far as is known."""
    return account.health.state is not HealthState.REVOKED


def _acceptance_text(accepted: int, count: int) -> str:
    if not accepted:
        return ""
    whose = "them" if accepted == count else f"those of {accepted:,}"
    return f" X accepts {whose} until they are revoked."


def _removed_text(removed: Sequence[Account], accepted: Sequence[Account]) -> str:
    its = _its(removed)
    if not accepted:
        return f"{its} credentials are revoked."
    if len(accepted) == len(removed):
        return f"X still accepts {its.lower()} credentials."
    return f"X still accepts the credentials of {name_accounts(accepted)}."


def _rest_text(result: BulkResult, verb: _Verb) -> str:
    """Say what was not done without a failure: ". 3 were removed already. 12 not revoked"."""
    parts: list[str] = []
    if result.gone:
        names = name_accounts(result.gone)
        parts.append(f"{names} {'was' if len(result.gone) == 1 else 'were'} already removed")
    if result.skipped and result.stop_reason is None:
        parts.append(f"Stopped: {len(result.skipped):,} not {verb.done}")
    return "".join(f". {one}" for one in parts)


def _problem_title(result: BulkResult, verb: _Verb) -> str:
    """Return for example "3 of 12 accounts were not removed"."""
    failed, done = len(result.unfinished), len(result.done)
    if not failed:
        return f"X did not revoke {pluralize(len(result.warnings), 'account')}"
    whole = pluralize(failed + done + len(result.gone), "account")
    return f"{failed:,} of {whole} {'was' if failed == 1 else 'were'} not {verb.done}"
