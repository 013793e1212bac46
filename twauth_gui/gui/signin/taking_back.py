"""Ends at X what another account than the expected one has granted."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from twauth_gui.domain.addresses import CONNECTED_APPS
from twauth_gui.domain.attempts import PendingSignInId
from twauth_gui.domain.diagnosis import Diagnosis, Remedy
from twauth_gui.gui.desk import AppContext
from twauth_gui.gui.signin.screens import Screens
from twauth_gui.gui.vault.doors import offers_unlock


class RevokePending(QObject):
    """Asks X; where X does not do it, says where a person does, and lets go of it here.

    Signals:
        ended: the sign-in is gone from here.
    """

    ended = Signal()

    def __init__(self, desk: AppContext, screens: Screens, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._screens = screens
        self._attempt_id: PendingSignInId | None = None
        self._try: Callable[[], None] = self._ask_x

    def begin(self, attempt_id: PendingSignInId) -> None:
        """Ask X to end the credentials of this sign-in, then forget it."""
        self._attempt_id = attempt_id
        self._ask_x()

    def _ask_x(self) -> None:
        attempt_id, authorizer = self._attempt_id, self._desk.services.sign_in
        if attempt_id is None:
            return
        self._screens.busy("Discarding", "Asking X to end these credentials.", cancel=False)
        self._desk.over_network(
            self,
            lambda job: authorizer.discard(attempt_id, job.cancel),
            lambda _nothing: self.ended.emit(),
            self._refused,
            must_finish=True,
        )

    def _refused(self, diagnosis: Diagnosis) -> None:
        by_hand = diagnosis.remedy is Remedy.OPEN_CONNECTED_APPS
        self._try = self._open_connected_apps if by_hand else self._ask_x
        self._screens.not_taken_back(diagnosis)
        _ = offers_unlock(self._desk, diagnosis, self._ask_x)

    def go_on(self) -> None:
        """Do what the primary button says."""
        self._try()

    def _open_connected_apps(self) -> None:
        self._desk.window.open_address(CONNECTED_APPS)
        self._try = self._ask_x
        self._screens.after_by_hand()

    def forget(self) -> None:
        """Let go of it here, whatever X says."""
        attempt_id, authorizer = self._attempt_id, self._desk.services.sign_in
        if attempt_id is not None:
            self._desk.in_store(
                self,
                lambda _job: authorizer.forget(attempt_id),
                lambda _nothing: self.ended.emit(),
            )
