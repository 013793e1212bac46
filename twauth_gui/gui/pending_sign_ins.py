"""Sign-ins that wait for the browser while their sheet is closed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal

from twauth_gui.domain.accounts import AccountId
from twauth_gui.domain.attempts import PendingSignIn, PendingSignInId
from twauth_gui.domain.credential_kind import CredentialKind
from twauth_gui.domain.diagnosis import Diagnosis, ProblemKind
from twauth_gui.gui.library import SnapshotStore
from twauth_gui.gui.vault_watch import VaultState
from twauth_gui.services.requests import Outcome, SignedIn, WrongAccount
from twauth_gui.services.watch import AuthorizationLink, SignInStep, StepStarted

if TYPE_CHECKING:  # they load what a sign-in needs
    from twauth_gui.gui.tasks import Job
    from twauth_gui.services.check import Checked

_MOST = 16  # each keeps a worker and the app's port
_ANSWERED = {SignInStep.EXCHANGE, SignInStep.SAVE, SignInStep.COMPARE}


class Jobs(Protocol):
    """What the workers do for one sign-in; gui.signin.jobs says the rest."""

    def tell(self, audience: BackgroundSignIn) -> None: ...
    def go_on(self, attempt: PendingSignIn) -> None: ...
    def check(
        self,
        account_id: AccountId,
        done: Callable[[Checked], None],
        failed: Callable[[Diagnosis], None],
    ) -> None: ...
    @property
    def under_way(self) -> bool: ...
    def stop(self) -> Job | None: ...
    def setParent(self, parent: QObject, /) -> None: ...
    def deleteLater(self) -> None: ...


@dataclass(slots=True, eq=False)
class BackgroundSignIn:
    """The jobs of a sign-in that has no sheet, and the link that the person was given.

    listed: the snapshot has had it. answered: the browser has returned.
    """

    jobs: Jobs
    invitation: AuthorizationLink
    owner: BackgroundSignIns
    listed: bool = False
    answered: bool = False

    @property
    def attempt_id(self) -> PendingSignInId:
        return self.invitation.attempt.id

    @property
    def name(self) -> str:
        """What the person calls the account that is to be signed in."""
        handle = self.invitation.attempt.expected_handle
        return f"@{handle}" if handle else "the account"

    def stepped(self, begun: StepStarted) -> None:
        """Note that the browser has returned."""
        self.answered = self.answered or begun.step in _ANSWERED

    def invited(self, invitation: AuthorizationLink) -> None:
        """Keep the link for whoever continues; stop where nobody listens for an answer."""
        self.invitation = invitation
        if not self.jobs.under_way:
            self.owner.leave(self)

    def came_out(self, outcome: Outcome) -> None:
        self.owner.came_out(self, outcome)

    def failed(self, diagnosis: Diagnosis) -> None:
        self.owner.failed(self, diagnosis)


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
    finished = Signal(str, str)
    told = Signal(str)

    def __init__(self, library: SnapshotStore, vault: VaultState, parent: QObject) -> None:
        super().__init__(parent)
        self._library = library
        self._vault = vault
        self._open: dict[PendingSignInId, BackgroundSignIn] = {}
        self._stuck: dict[PendingSignInId, BackgroundSignIn] = {}
        self._troubles: dict[PendingSignInId, Diagnosis] = {}
        library.changed.connect(self._drop_ended)
        vault.changed.connect(self._go_on)

    def listens(self, attempt_id: PendingSignInId) -> bool:
        """Whether the browser's return would be noticed."""
        return attempt_id in self._open

    def trouble(self, attempt_id: PendingSignInId) -> Diagnosis | None:
        """Return why this sign-in did not become an account when the browser returned."""
        return self._troubles.get(attempt_id)

    def keep(self, jobs: Jobs, invitation: AuthorizationLink) -> None:
        """Go on with these jobs, whose sheet is about to go."""
        attempt_id = invitation.attempt.id
        if len(self._open) >= _MOST:
            _ = self.end(next(iter(self._open)))
        jobs.setParent(self)
        self._open[attempt_id] = BackgroundSignIn(jobs, invitation, self)
        jobs.tell(self._open[attempt_id])
        self.changed.emit()

    def take_back(self, attempt_id: PendingSignInId) -> BackgroundSignIn | None:
        """Hand a sign-in over to the sheet that continues it; None if it does not wait here."""
        self._troubles.pop(attempt_id, None)
        self._discard(self._stuck.pop(attempt_id, None))
        pending = self._open.pop(attempt_id, None)
        self.changed.emit()
        return pending

    def end(self, attempt_id: PendingSignInId) -> Job | None:
        """Stop listening; returns the job that was stopped, for whoever has to wait for its end."""
        pending = self.take_back(attempt_id)
        if pending is None:
            return None
        job = pending.jobs.stop()
        self._discard(pending)
        return job

    # -- what comes of it --------------------------------------------------------------------------

    def came_out(self, pending: BackgroundSignIn, outcome: Outcome) -> None:
        """Keep what it became; where another account approved, the row asks the person."""
        if isinstance(outcome, WrongAccount):
            approved = outcome.attempt.granted_handle
            self._say(f"@{approved} approved, not {pending.name}. It is held until you choose")
            self.leave(pending)
            return
        account_id = outcome.account.id
        self.finished.emit(pending.attempt_id, account_id)
        self._library.reload()
        pending.jobs.check(
            account_id,
            lambda checked: self._checked(pending, outcome, checked),
            lambda _diagnosis: self._checked(pending, outcome, None),
        )

    def _checked(
        self, pending: BackgroundSignIn, outcome: SignedIn, checked: Checked | None
    ) -> None:
        account = outcome.account if checked is None else checked.account
        again = " again" if outcome.again else ""
        health = f". {account.health.word}" if account.health.needs_attention else ""
        self._say(f"{account.at_handle} is signed in{again}{health}")
        self.leave(pending)

    def failed(self, pending: BackgroundSignIn, diagnosis: Diagnosis) -> None:
        """Remember why, for the row; what a shut vault held up goes on when that opens."""
        attempt_id = pending.attempt_id
        shut = self._vault.note(diagnosis)
        if diagnosis.kind is ProblemKind.DENIED:
            self._say(f"The sign-in of {pending.name} was declined in the browser")
        elif (
            diagnosis.kind is not ProblemKind.TIMED_OUT_WAITING
        ):  # then the row says how it goes on
            is_code = pending.invitation.attempt.kind is CredentialKind.OAUTH2
            self._troubles[attempt_id] = _CODE_IS_LOST if shut and is_code else diagnosis
            self._say(f"The sign-in of {pending.name} needs you")
            if shut:
                self._stuck[attempt_id] = pending
        self.leave(pending)

    def _go_on(self) -> None:
        """Finish what came back while the vault was shut."""
        if self._vault.problem is not None:
            return
        stuck, self._stuck = self._stuck, {}
        for attempt_id, pending in stuck.items():
            attempt = self._library.snapshot.attempts.get(attempt_id)
            if attempt is None:
                self._discard(pending)
            else:
                self._open[attempt_id] = pending
                pending.answered = False
                if self._troubles.get(attempt_id) is not _CODE_IS_LOST:
                    self._troubles.pop(attempt_id, None)
                pending.jobs.go_on(attempt)
        if stuck:
            self.changed.emit()

    def _drop_ended(self) -> None:
        """Let go of what another process has finished or ended."""
        there = self._library.snapshot.attempts
        for attempt_id, pending in list(self._open.items()):
            if attempt_id in there:
                pending.listed = True
            elif pending.listed and not pending.answered:
                _ = self.end(attempt_id)
        self._troubles = {one: why for one, why in self._troubles.items() if one in there}

    def leave(self, pending: BackgroundSignIn) -> None:
        """Wait for it no longer."""
        del self._open[pending.attempt_id]
        if pending not in self._stuck.values():
            self._discard(pending)
        self._library.reload()
        self.changed.emit()

    def _discard(self, pending: BackgroundSignIn | None) -> None:
        if pending is not None:
            pending.jobs.deleteLater()

    def _say(self, text: str) -> None:
        if not self._vault.hidden:
            self.told.emit(text)


_CODE_IS_LOST = Diagnosis(
    ProblemKind.WRONG_ANSWER,
    "Approved while Twauth was locked.",
    "X's answer lasts 30 seconds, and Twauth could not use it. Continue, and approve once more.",
)
