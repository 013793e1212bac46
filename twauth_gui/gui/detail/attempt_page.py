"""The detail pane while a sign-in under way is selected."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from twauth_gui.domain.addresses import CONNECTED_APPS, END_BY_HAND
from twauth_gui.domain.attempts import PendingSignIn, PendingSignInId, PendingState, SignInMethod
from twauth_gui.domain.diagnosis import Diagnosis, Evidence, Remedy
from twauth_gui.domain.health import Severity
from twauth_gui.gui.desk import AppContext
from twauth_gui.gui.detail.attempt_links import AttemptLinks
from twauth_gui.gui.parts.avatar import Avatar, avatar_letters
from twauth_gui.gui.parts.buttons import primary_button, quiet_button, quiet_danger_button
from twauth_gui.gui.parts.health_mark import HealthMark
from twauth_gui.gui.parts.icon_button import IconButton
from twauth_gui.gui.parts.surfaces import Card
from twauth_gui.gui.parts.text import ElidedLabel, Text
from twauth_gui.gui.tasks import LET_GO_SECONDS, Job
from twauth_gui.gui.theme.measure import PANE_HEAD, Type
from twauth_gui.gui.vault.gate import needs_vault
from twauth_gui.gui.when import ago_spoken
from twauth_gui.xapi.catalogue import MAYBE_GRANTED


class AttemptPage(QWidget):
    """Where the sign-in stands, and the ways to go on or to end it.

    Signals:
        back_wanted: show the list again (narrow windows).
    """

    back_wanted = Signal()

    def __init__(self, desk: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self._attempt: PendingSignIn | None = None
        self._avatar = Avatar("", 0, 40)
        self._title = ElidedLabel("", type=Type.HEADING, strong=True)
        self._what = ElidedLabel("", type=Type.SMALL, role="text-2")
        self._state = Text("", strong=True, wrap=True)
        self._since = Text("", type=Type.SMALL, role="text-2", wrap=True)
        self._mark = HealthMark(Severity.BUSY, 16)
        self._go_on = primary_button("")
        self._go_on.clicked.connect(self._continue)
        self._apps = quiet_button("Open connected apps", "external-link")
        self._apps.clicked.connect(lambda: desk.window.open_address(CONNECTED_APPS))
        self._end = quiet_danger_button("Cancel sign-in")
        self._end.clicked.connect(self._discard)
        self._links = AttemptLinks(desk)
        desk.pending.changed.connect(self._say_state)
        desk.ticker.ticked.connect(self._say_state)
        self.back = IconButton("arrow-left", "Back to the list", side=32)
        self.back.clicked.connect(self.back_wanted)
        self.back.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head())
        column.addWidget(self._body())
        column.addStretch(1)

    def _head(self) -> QWidget:
        head = QWidget()
        head.setMinimumHeight(PANE_HEAD)
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addStretch(1)
        texts.addWidget(self._title)
        texts.addWidget(self._what)
        texts.addStretch(1)
        row = QHBoxLayout(head)
        row.setContentsMargins(20, 0, 20, 0)
        row.setSpacing(12)
        row.addWidget(self.back)
        row.addWidget(self._avatar)
        row.addLayout(texts, 1)
        return head

    def _body(self) -> QWidget:
        card = Card()
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(self._state)
        texts.addWidget(self._since)
        line = QHBoxLayout()
        line.setContentsMargins(16, 14, 16, 4)
        line.setSpacing(12)
        line.addWidget(self._mark, alignment=Qt.AlignmentFlag.AlignTop)
        line.addLayout(texts, 1)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(16, 8, 16, 14)
        buttons.addWidget(self._go_on)
        buttons.addWidget(self._apps)
        buttons.addStretch(1)
        buttons.addWidget(self._end)
        card.body.addLayout(line)
        card.body.addLayout(buttons)
        card.add_row(self._links)
        holder = QWidget()
        around = QVBoxLayout(holder)
        around.setContentsMargins(20, 4, 20, 12)
        around.addWidget(card)
        return holder

    def show_attempt(self, attempt: PendingSignIn) -> None:
        """Show where this sign-in stands."""
        self._attempt = attempt
        label = self.desk.library.snapshot.label_of(attempt.app_id)
        handle = attempt.granted_handle or attempt.expected_handle
        self._avatar.set_identity(avatar_letters(handle) if handle else "?", 0)
        self._title.setText(f"@{handle}" if handle else "New account")
        self._what.setText(f"Signing in · {label}")
        self._links.show_attempt(attempt)
        self._say_state()

    def _say_state(self) -> None:
        """Say where it stands, and whether the browser's return would be noticed."""
        attempt, pending = self._attempt, self.desk.pending
        if attempt is None:
            return
        since = f"Begun {ago_spoken(attempt.started_at, self.desk.now())}, {attempt.method.words}."
        maybe = MAYBE_GRANTED.diagnosis(Evidence()) if attempt.may_be_granted else None
        said = maybe or pending.trouble(attempt.id)
        goes_on = _goes_on(attempt, listens=pending.listens(attempt.id))
        self._since.setText(f"{since} {goes_on if said is None else said.advice}")
        self._state.setText(_words(attempt) if said is None else said.title)
        self._mark.set_severity(Severity.BUSY if said is None else Severity.ATTENTION)
        self._go_on.setText("Continue" if maybe is None else "Get a new link")
        self._apps.setVisible(maybe is not None)

    def _continue(self) -> None:
        if self._attempt is not None:
            self.desk.window.resume(self._attempt.id)

    @needs_vault
    def _discard(self) -> None:
        attempt = self._attempt
        if attempt is None:
            return
        maybe = f". X may have granted it. {END_BY_HAND}" if attempt.may_be_granted else ""
        said = f"Sign-in cancelled{maybe}"
        listening = self.desk.pending.end(attempt.id)

        def work(job: Job) -> None:
            if listening is not None:
                listening.ended.wait(LET_GO_SECONDS)
            self.desk.services.sign_in.discard(attempt.id, job.cancel)

        self.desk.over_network(
            self,
            work,
            lambda _nothing: self.desk.window.show_status(said),
            lambda diagnosis: self._not_discarded(attempt.id, diagnosis),
            ended=self.desk.library.reload,
        )

    def _not_discarded(self, attempt_id: PendingSignInId, diagnosis: Diagnosis) -> None:
        if diagnosis.remedy is not Remedy.OPEN_CONNECTED_APPS:
            self.desk.window.show_problem(diagnosis)
            return
        from twauth_gui.gui.explain_sheet import ExplainSheet  # noqa: PLC0415 - when first used

        def forget() -> None:
            self.desk.in_store(
                self,
                lambda _job: self.desk.services.sign_in.forget(attempt_id),
                lambda _nothing: self.desk.library.reload(),
            )

        self.desk.sheets.open(ExplainSheet(self.desk, diagnosis, forget))


def _words(attempt: PendingSignIn) -> str:
    if attempt.state is PendingState.WRONG_ACCOUNT:
        return (
            f"@{attempt.granted_handle} approved, not @{attempt.expected_handle}. "
            "It is held until you choose."
        )
    if attempt.state is PendingState.GRANTED:
        return "Approved. Only the saving is left."
    if attempt.method.returns_by_callback:
        return "Waiting for approval."
    return "Waiting for the PIN."


def _goes_on(attempt: PendingSignIn, *, listens: bool) -> str:
    if listens:
        return "Approve there, and this window notices by itself."
    if attempt.state is PendingState.WAITING and attempt.method is SignInMethod.BROWSER:
        return (
            "Press Continue before you approve: only then does Twauth notice the browser's return."
        )
    return "It waits here, also after a restart."
