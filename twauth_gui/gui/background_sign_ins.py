"""Sign-ins that wait for the browser after their dialog was closed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal

from twauth_gui.domain.accounts import AccountId
from twauth_gui.domain.credential_fields import CredentialKind
from twauth_gui.domain.diagnosis import Diagnosis, ProblemKind
from twauth_gui.domain.secret import Secret
from twauth_gui.domain.sign_in import PendingSignIn, PendingSignInId
from twauth_gui.gui.snapshot_store import SnapshotStore
from twauth_gui.gui.vault_state import VaultState

if TYPE_CHECKING:  # they load what a sign-in needs
    from twauth_gui.gui.tasks import Job
    from twauth_gui.services.health_check.checker import CheckResult
    from twauth_gui.services.sign_in_requests import (
        AuthorizationLink,
        CompletedSignIn,
        SignInResult,
        StepStarted,
    )

_MAX_SIGN_INS = 16  # each keeps a worker and the app's port
_CODE_EXPIRED = Diagnosis(
    ProblemKind.WRONG_RESPONSE,
    "Approved while Twauth was locked.",
    "X's code is valid for 30 seconds, and Twauth could not use it. Continue, and approve again.",
)


class SignInJobsApi(Protocol):
    """The part of gui.signin.sign_in_jobs.SignInJobs that this module uses."""

    def set_listener(self, listener: BackgroundSignIn) -> None: ...
    def resume(self, pending: PendingSignIn) -> None: ...
    def check(
        self,
        account_id: AccountId,
        done: Callable[[CheckResult], None],
        failed: Callable[[Diagnosis], None],
    ) -> None: ...
    @property
    def is_running(self) -> bool: ...
    def stop(self) -> Job | None: ...
    def setParent(self, parent: QObject, /) -> None: ...
    def deleteLater(self) -> None: ...


@dataclass(slots=True, eq=False)
class BackgroundSignIn:
    """A sign-in without a dialog: its jobs and its authorization link.

    link: without its url until the job at hand has told it. is_listed: a snapshot has contained it.
    has_returned: the browser has come back.
    """

    jobs: SignInJobsApi
    link: AuthorizationLink
    owner: BackgroundSignIns
    is_listed: bool = False
    has_returned: bool = False

    @property
    def pending_id(self) -> PendingSignInId:
        return self.link.pending.id

    @property
    def account_words(self) -> str:
        """The account to be signed in, as a sentence names it."""
        handle = self.link.pending.expected_handle
        return f"@{handle}" if handle else "the account"

    @property
    def awaits_link(self) -> bool:
        """Whether its job has yet to read the link from the keychain."""
        return not self.link.url

    def handle_step(self, event: StepStarted) -> None:
        """Note that the browser has returned."""
        self.has_returned = self.has_returned or event.step.is_after_return

    def handle_link(self, link: AuthorizationLink) -> None:
        """Keep the link for the dialog that continues; stop if no job waits for the browser."""
        self.link = link
        if not self.jobs.is_running:
            self.owner.remove(self)

    def handle_outcome(self, outcome: SignInResult) -> None:
        self.owner.handle_outcome(self, outcome)

    def handle_failure(self, diagnosis: Diagnosis) -> None:
        self.owner.handle_failure(self, diagnosis)


class BackgroundSignIns(QObject):
    """Waits for the browser without a dialog, saves the account when it returns, and says so.

    A sign-in begun by an earlier run of the program is not here until the user continues it:
    an old link would occupy its app's port at every start.

    Signals:
        changed: a sign-in was added, was taken away, or needs the user.
        completed: carries the ids of the pending sign-in and of the account that it became.
        message: carries the outcome of one, in a line.
    """

    changed = Signal()
    completed = Signal(str, str)
    message = Signal(str)

    def __init__(self, snapshots: SnapshotStore, vault: VaultState, parent: QObject) -> None:
        super().__init__(parent)
        self._snapshots = snapshots
        self._vault = vault
        self._listening: dict[PendingSignInId, BackgroundSignIn] = {}
        self._waiting_for_vault: dict[PendingSignInId, BackgroundSignIn] = {}
        self._problems: dict[PendingSignInId, Diagnosis] = {}
        snapshots.changed.connect(self._drop_finished_elsewhere)
        vault.changed.connect(self._resume_waiting)

    def is_listening(self, pending_id: PendingSignInId) -> bool:
        """Whether the browser's return would be noticed."""
        return pending_id in self._listening

    def problem_of(self, pending_id: PendingSignInId) -> Diagnosis | None:
        """Return why this sign-in did not become an account when the browser returned."""
        return self._problems.get(pending_id)

    def add(self, jobs: SignInJobsApi, link: AuthorizationLink) -> None:
        """Take over these jobs, whose dialog is about to close."""
        pending_id = link.pending.id
        if len(self._listening) >= _MAX_SIGN_INS:
            _ = self.stop(next(iter(self._listening)))
        jobs.setParent(self)
        self._listening[pending_id] = BackgroundSignIn(jobs, link, self)
        jobs.set_listener(self._listening[pending_id])
        self.changed.emit()

    def take(self, pending_id: PendingSignInId) -> BackgroundSignIn | None:
        """Remove and return a sign-in for the dialog that continues it; None if it is not here."""
        self._problems.pop(pending_id, None)
        self._discard(self._waiting_for_vault.pop(pending_id, None))
        background = self._listening.pop(pending_id, None)
        self.changed.emit()
        return background

    def stop(self, pending_id: PendingSignInId) -> Job | None:
        """Stop waiting for the browser; return the stopped job, so that its end can be awaited."""
        background = self.take(pending_id)
        if background is None:
            return None
        job = background.jobs.stop()
        self._discard(background)
        return job

    # -- outcomes ----------------------------------------------------------------------------------

    def handle_outcome(self, background: BackgroundSignIn, outcome: SignInResult) -> None:
        """Show the new account; if another account approved, its row asks the user."""
        from twauth_gui.services.sign_in_requests import WrongAccount  # noqa: PLC0415 - see above

        if isinstance(outcome, WrongAccount):
            approved = outcome.pending.granted_handle
            self._show(
                f"@{approved} approved, not {background.account_words}. It is held until you choose"
            )
            self.remove(background)
            return
        account_id = outcome.account.id
        self.completed.emit(background.pending_id, account_id)
        self._snapshots.reload()
        background.jobs.check(
            account_id,
            lambda checked: self._announce(background, outcome, checked),
            lambda _diagnosis: self._announce(background, outcome, None),
        )

    def _announce(
        self, background: BackgroundSignIn, outcome: CompletedSignIn, checked: CheckResult | None
    ) -> None:
        account = outcome.account if checked is None else checked.account
        again = " again" if outcome.was_known else ""
        health = f". {account.health.label}" if account.health.needs_attention else ""
        self._show(f"{account.at_handle} is signed in{again}{health}")
        self.remove(background)

    def handle_failure(self, background: BackgroundSignIn, diagnosis: Diagnosis) -> None:
        """Remember the reason for its row; if the vault is to blame, go on once that opens."""
        pending_id = background.pending_id
        is_vault_problem = self._vault.note_problem(diagnosis)
        if diagnosis.kind is ProblemKind.DENIED:
            self._show(f"The sign-in of {background.account_words} was declined in the browser")
        elif diagnosis.kind is not ProblemKind.TIMED_OUT_WAITING:  # its row offers to continue
            is_code = background.link.pending.kind is CredentialKind.OAUTH2
            is_lost = is_vault_problem and is_code
            self._problems[pending_id] = _CODE_EXPIRED if is_lost else diagnosis
            self._show(f"The sign-in of {background.account_words} needs your attention")
            if is_vault_problem:
                self._waiting_for_vault[pending_id] = background
        self.remove(background)

    def _resume_waiting(self) -> None:
        """Finish the sign-ins whose browser returned while the vault was locked."""
        if self._vault.problem is not None:
            return
        waiting, self._waiting_for_vault = self._waiting_for_vault, {}
        for pending_id, background in waiting.items():
            pending = self._snapshots.current.pending_sign_ins.get(pending_id)
            if pending is None:
                self._discard(background)
            else:
                self._listening[pending_id] = background
                background.has_returned = False
                background.link = replace(background.link, pending=pending, url=Secret(""))
                if self._problems.get(pending_id) is not _CODE_EXPIRED:
                    self._problems.pop(pending_id, None)
                background.jobs.resume(pending)
        if waiting:
            self.changed.emit()

    def _drop_finished_elsewhere(self) -> None:
        """Stop the sign-ins that another process has finished or discarded."""
        pending = self._snapshots.current.pending_sign_ins
        for pending_id, background in list(self._listening.items()):
            if pending_id in pending:
                background.is_listed = True
            elif background.is_listed and not background.has_returned:
                _ = self.stop(pending_id)
        self._problems = {one: why for one, why in self._problems.items() if one in pending}

    def remove(self, background: BackgroundSignIn) -> None:
        """Stop waiting for this sign-in."""
        del self._listening[background.pending_id]
        if background not in self._waiting_for_vault.values():
            self._discard(background)
        self._snapshots.reload()
        self.changed.emit()

    def _discard(self, background: BackgroundSignIn | None) -> None:
        if background is not None:
            background.jobs.deleteLater()

    def _show(self, text: str) -> None:
        if not self._vault.is_app_locked:
            self.message.emit(text)
