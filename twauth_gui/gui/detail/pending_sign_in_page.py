"""The page of a selected pending sign-in, with its state and its link."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from twauth_gui.domain.diagnosis import Evidence
from twauth_gui.domain.health import Severity
from twauth_gui.domain.hosts import CONNECTED_APPS_URL
from twauth_gui.domain.sign_in import PendingSignIn, PendingState, SignInMethod
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.parts.avatar import Avatar, avatar_letters, hue_of
from twauth_gui.gui.parts.badges import HealthMark
from twauth_gui.gui.parts.buttons import (
    ButtonSize,
    IconButton,
    primary_button,
    quiet_button,
    quiet_danger_button,
    secondary_button,
)
from twauth_gui.gui.parts.responsive_row import WrappingRow
from twauth_gui.gui.parts.surfaces import Card, make_pane_header
from twauth_gui.gui.parts.text import ElidedLabel, Text
from twauth_gui.gui.pending_sign_in_actions import PendingSignInActions, has_link_to_pass_on
from twauth_gui.gui.theme.metrics import TextStyle
from twauth_gui.gui.time_format import format_ago_spoken
from twauth_gui.xapi.errors.messages.api_errors import MAYBE_GRANTED

_LINKS_EXPIRE = (
    "A link works once and expires after a while; X does not say when. If its page says that "
    "something is invalid, get a new link. The old one stops working then."
)


class PendingSignInLinks(QWidget):
    """Buttons to copy or renew the link, while the owner has not approved yet."""

    def __init__(self, actions: PendingSignInActions) -> None:
        super().__init__()
        self._actions = actions
        self._sign_in: PendingSignIn | None = None
        self._message = secondary_button("Copy message", "copy", size=ButtonSize.SMALL)
        self._message.clicked.connect(lambda: self._perform(actions.copy_message))
        self._reminder = secondary_button("Copy reminder", "clock", size=ButtonSize.SMALL)
        self._reminder.clicked.connect(lambda: self._perform(actions.copy_reminder))
        self._link = secondary_button("Copy link", "link", size=ButtonSize.SMALL)
        self._link.clicked.connect(lambda: self._perform(actions.copy_link))
        self._renew = secondary_button("Get a new link", "rotate-cw", size=ButtonSize.SMALL)
        self._renew.clicked.connect(self._renew_link)
        row = WrappingRow((self._message, self._reminder, self._link, self._renew))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 14)
        column.setSpacing(10)
        column.addWidget(row)
        column.addWidget(Text(_LINKS_EXPIRE, style=TextStyle.SMALL, role="text-2", wrap=True))

    def show_sign_in(self, sign_in: PendingSignIn) -> None:
        """Offer the buttons that fit this sign-in's method and state."""
        self._sign_in = sign_in
        by_link = sign_in.method is SignInMethod.LINK
        self.setVisible(has_link_to_pass_on(sign_in))
        self._message.setVisible(by_link)
        self._reminder.setVisible(by_link)
        self._link.setVisible(not by_link)
        self._renew.setEnabled(True)

    def _perform(self, action: Callable[[PendingSignIn], None]) -> None:
        if self._sign_in is not None:
            action(self._sign_in)

    def _renew_link(self) -> None:
        self._renew.setEnabled(False)  # until the new link shows
        self._perform(self._actions.renew_link)


class PendingSignInPage(QWidget):
    """State of a pending sign-in, and buttons to continue or cancel it.

    Signals:
        back_requested: show the list again (narrow windows).
    """

    back_requested = Signal()

    def __init__(self, context: AppContext) -> None:
        super().__init__()
        self.context = context
        self._sign_in: PendingSignIn | None = None
        self._avatar = Avatar("", 0, 40)
        self._title = ElidedLabel("", style=TextStyle.HEADING, strong=True)
        self._what = ElidedLabel("", style=TextStyle.SMALL, role="text-2")
        self._state = Text("", strong=True, wrap=True)
        self._since = Text("", style=TextStyle.SMALL, role="text-2", wrap=True)
        self._mark = HealthMark(Severity.BUSY, 16)
        self._continue_button = primary_button("")
        self._continue_button.clicked.connect(self._continue)
        self._connected_apps = quiet_button("Open connected apps", "external-link")
        self._connected_apps.clicked.connect(
            lambda: context.window.open_address(CONNECTED_APPS_URL)
        )
        self._cancel = quiet_danger_button("Cancel sign-in")
        self._cancel.clicked.connect(self._discard)
        self._actions = PendingSignInActions(context, self)
        self._links = PendingSignInLinks(self._actions)
        context.background_sign_ins.changed.connect(self._show_state)
        context.ticker.ticked.connect(self._show_state)
        self.back = IconButton("arrow-left", "Back to the list", side=32)
        self.back.clicked.connect(self.back_requested)
        self.back.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(make_pane_header(self._title, self._what, [self.back, self._avatar]))
        column.addWidget(self._build_body())
        column.addStretch(1)

    def _build_body(self) -> QWidget:
        card = Card()
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(self._state)
        texts.addWidget(self._since)
        row = QHBoxLayout()
        row.setContentsMargins(16, 14, 16, 4)
        row.setSpacing(12)
        row.addWidget(self._mark, alignment=Qt.AlignmentFlag.AlignTop)
        row.addLayout(texts, 1)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(16, 8, 16, 14)
        buttons.addWidget(self._continue_button)
        buttons.addWidget(self._connected_apps)
        buttons.addStretch(1)
        buttons.addWidget(self._cancel)
        card.body.addLayout(row)
        card.body.addLayout(buttons)
        card.add_row(self._links)
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(20, 4, 20, 12)
        column.addWidget(card)
        return holder

    def show_sign_in(self, sign_in: PendingSignIn) -> None:
        """Show the state of this sign-in."""
        self._sign_in = sign_in
        label = self.context.snapshots.current.label_of(sign_in.app_id)
        handle = sign_in.granted_handle or sign_in.expected_handle
        letters = avatar_letters(handle) if handle else "?"
        self._avatar.set_identity(letters, hue_of(handle or sign_in.id))
        self._title.setText(f"@{handle}" if handle else "New account")
        self._what.setText(f"Signing in · {label}")
        self._links.show_sign_in(sign_in)
        self._show_state()

    def _show_state(self) -> None:
        """Show the state, and whether the browser's return would be noticed."""
        pending, background = self._sign_in, self.context.background_sign_ins
        if pending is None:
            return
        since = (
            f"Started {format_ago_spoken(pending.started_at, self.context.now())}, "
            f"{pending.method.phrase}."
        )
        maybe_granted = pending.is_possibly_granted
        problem = background.problem_of(pending.id)
        if maybe_granted:
            problem = MAYBE_GRANTED.to_diagnosis(Evidence())
        next_step = _next_step_text(pending, listens=background.is_listening(pending.id))
        self._since.setText(f"{since} {next_step if problem is None else problem.advice}")
        self._state.setText(_state_text(pending) if problem is None else problem.title)
        self._mark.set_severity(Severity.BUSY if problem is None else Severity.ATTENTION)
        self._continue_button.setText("Get a new link" if maybe_granted else "Continue")
        self._connected_apps.setVisible(maybe_granted)

    def _continue(self) -> None:
        if self._sign_in is not None:
            self.context.window.resume_sign_in(self._sign_in.id)

    def _discard(self) -> None:
        if self._sign_in is not None:
            self._actions.discard(self._sign_in)


def _state_text(pending: PendingSignIn) -> str:
    if pending.state is PendingState.WRONG_ACCOUNT:
        return (
            f"@{pending.granted_handle} approved, not @{pending.expected_handle}. "
            "It is held until you choose."
        )
    if pending.state is PendingState.GRANTED:
        return "Approved, but not saved yet."
    if pending.method.uses_callback:
        return "Waiting for approval."
    return "Waiting for the PIN."


def _next_step_text(pending: PendingSignIn, *, listens: bool) -> str:
    if listens:
        return "Approve there, and this window notices by itself."
    if pending.state is PendingState.WAITING and pending.method is SignInMethod.BROWSER:
        return (
            "Press Continue before you approve: only then does Twauth notice the browser's return."
        )
    return "It waits here, even after a restart."
