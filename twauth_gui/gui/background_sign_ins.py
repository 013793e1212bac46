"""Sign-ins that go on waiting for the browser after their dialog was closed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal

from twauth_gui.domain.accounts import AccountId
from twauth_gui.domain.credential_fields import CredentialKind
from twauth_gui.domain.diagnosis import Diagnosis, ProblemKind
from twauth_gui.domain.sign_in import PendingSignIn, PendingSignInId
from twauth_gui.gui.snapshot_store import SnapshotStore
from twauth_gui.gui.vault_state import VaultState
from twauth_gui.services.sign_in_requests import (
    AuthorizationLink,
    CompletedSignIn,
    SignInResult,
    SignInStep,
    StepStarted,
    WrongAccount,
)

if TYPE_CHECKING:  # they load what a sign-in needs
    from twauth_gui.gui.tasks import Job
    from twauth_gui.services.health_check.checker import CheckResult

_MAX_SIGN_INS = 16  # each keeps a worker and the app's port
_STEPS_AFTER_RETURN = {SignInStep.EXCHANGE, SignInStep.SAVE, SignInStep.COMPARE}


class SignInJobsApi(Protocol):
    """What the workers do for one sign-in; gui.signin.jobs says the rest."""

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
    """The jobs of a sign-in that has no sheet, and the link that the person was given.

    listed: the snapshot has had it. answered: the browser has returned.
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
        """What the person calls the account that is to be signed in."""
        handle = self.link.pending.expected_handle
        return f"@{handle}" if handle else "the account"

    def handle_step(self, begun: StepStarted) -> None:
        """Note that the browser has returned."""
        self.has_returned = self.has_returned or begun.step in _STEPS_AFTER_RETURN

    def handle_link(self, invitation: AuthorizationLink) -> None:
        """Keep the link for whoever continues; stop where nobody listens for an answer."""
        self.link = invitation
        if not self.jobs.is_running:
            self.owner.remove(self)

    def handle_outcome(self, outcome: SignInResult) -> None:
        self.owner.handle_outcome(self, outcome)

    def handle_failure(self, diagnosis: Diagnosis) -> None:
        self.owner.handle_failure(self, diagnosis)


class BackgroundSignIns(QObject):
    """Listens on for the browser, keeps the account when it returns, and says so.

    A sign-in that an earlier run of the program began is not here until somebody continues it:
    an old link would take its app's port at every start.

    Signals:
        changed: a sign-in was put here, was taken away, or needs the person.
        finished: carries the ids of the attempt and of the account that it became.
        told: carries what came of one, in a line.
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

    def add(self, jobs: SignInJobsApi, invitation: AuthorizationLink) -> None:
        """Go on with these jobs, whose sheet is about to go."""
        pending_id = invitation.pending.id
        if len(self._listening) >= _MAX_SIGN_INS:
            _ = self.stop(next(iter(self._listening)))
        jobs.setParent(self)
        self._listening[pending_id] = BackgroundSignIn(jobs, invitation, self)
        jobs.set_listener(self._listening[pending_id])
        self.changed.emit()

    def take(self, pending_id: PendingSignInId) -> BackgroundSignIn | None:
        """Hand a sign-in over to the sheet that continues it; None if it does not wait here."""
        self._problems.pop(pending_id, None)
        self._discard(self._waiting_for_vault.pop(pending_id, None))
        background = self._listening.pop(pending_id, None)
        self.changed.emit()
        return background

    def stop(self, pending_id: PendingSignInId) -> Job | None:
        """Stop listening; returns the job that was stopped, for whoever has to wait for its end."""
        background = self.take(pending_id)
        if background is None:
            return None
        job = background.jobs.stop()
        self._discard(background)
        return job

    # -- what comes of it --------------------------------------------------------------------------

    def handle_outcome(self, background: BackgroundSignIn, outcome: SignInResult) -> None:
        """Keep what it became; where another account approved, the row asks the person."""
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
        """Remember why, for the row; what a shut vault held up goes on when that opens."""
        pending_id = background.pending_id
        shut = self._vault.note_problem(diagnosis)
        if diagnosis.kind is ProblemKind.DENIED:
            self._show(f"The sign-in of {background.account_words} was declined in the browser")
        elif (
            diagnosis.kind is not ProblemKind.TIMED_OUT_WAITING
        ):  # then the row says how it goes on
            is_code = background.link.pending.kind is CredentialKind.OAUTH2
            self._problems[pending_id] = _CODE_EXPIRED if shut and is_code else diagnosis
            self._show(f"The sign-in of {background.account_words} needs you")
            if shut:
                self._waiting_for_vault[pending_id] = background
        self.remove(background)

    def _resume_waiting(self) -> None:
        """Finish what came back while the vault was shut."""
        if self._vault.problem is not None:
            return
        stuck, self._waiting_for_vault = self._waiting_for_vault, {}
        for pending_id, background in stuck.items():
            pending = self._snapshots.current.pending_sign_ins.get(pending_id)
            if pending is None:
                self._discard(background)
            else:
                self._listening[pending_id] = background
                background.has_returned = False
                if self._problems.get(pending_id) is not _CODE_EXPIRED:
                    self._problems.pop(pending_id, None)
                background.jobs.resume(pending)
        if stuck:
            self.changed.emit()

    def _drop_finished_elsewhere(self) -> None:
        """Let go of what another process has finished or ended."""
        there = self._snapshots.current.pending_sign_ins
        for pending_id, background in list(self._listening.items()):
            if pending_id in there:
                background.is_listed = True
            elif background.is_listed and not background.has_returned:
                _ = self.stop(pending_id)
        self._problems = {one: why for one, why in self._problems.items() if one in there}

    def remove(self, background: BackgroundSignIn) -> None:
        """Wait for it no longer."""
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


_CODE_EXPIRED = Diagnosis(
    ProblemKind.WRONG_ANSWER,
    "Approved while Twauth was locked.",
    "X's answer lasts 30 seconds, and Twauth could not use it. Continue, and approve once more.",
)
