"""The link of a sign-in that waits: copied again, sent with a reminder, or asked for anew."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from twauth_gui.domain.attempts import PendingSignIn, PendingState, SignInMethod
from twauth_gui.gui.desk import AppContext
from twauth_gui.gui.parts.buttons import ButtonSize, secondary_button
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.measure import Type
from twauth_gui.services.owner_message import LINK, owner_message, owner_reminder
from twauth_gui.services.watch import AuthorizationLink

_EXPIRE = (
    "A link works once and expires after a while; X does not say when. If its page says that "
    "something is invalid, get a new link. The old one stops working then."
)


class AttemptLinks(QWidget):
    """Shown while nobody has approved."""

    def __init__(self, desk: AppContext) -> None:
        super().__init__()
        self._desk = desk
        self._attempt: PendingSignIn | None = None
        self._message = secondary_button("Copy message", "copy", size=ButtonSize.SMALL)
        self._message.clicked.connect(lambda: self._copy(owner_message, "Copied the message"))
        self._reminder = secondary_button("Copy reminder", "clock", size=ButtonSize.SMALL)
        self._reminder.clicked.connect(lambda: self._copy(owner_reminder, "Copied the reminder"))
        self._link = secondary_button("Copy link", "link", size=ButtonSize.SMALL)
        self._link.clicked.connect(lambda: self._copy(_bare, "Copied the link"))
        self._renew = secondary_button("Get a new link", "rotate-cw", size=ButtonSize.SMALL)
        self._renew.clicked.connect(self._renew_pressed)
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (self._message, self._reminder, self._link, self._renew):
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 14)
        column.setSpacing(10)
        column.addLayout(row)
        column.addWidget(Text(_EXPIRE, type=Type.SMALL, role="text-2", wrap=True))

    def show_attempt(self, attempt: PendingSignIn) -> None:
        """Offer what fits the way of this sign-in."""
        self._attempt = attempt
        by_link = attempt.method is SignInMethod.LINK
        waits = attempt.state is PendingState.WAITING and not attempt.may_be_granted
        self.setVisible(waits and not attempt.method.returns_by_callback)
        self._message.setVisible(by_link)
        self._reminder.setVisible(by_link)
        self._link.setVisible(not by_link)
        self._renew.setEnabled(True)

    def _copy(self, words: Callable[[str, str], str], said: str) -> None:
        attempt = self._attempt
        if attempt is None:
            return
        label = self._desk.library.snapshot.label_of(attempt.app_id)

        def done(invitation: AuthorizationLink) -> None:
            text = words(attempt.expected_handle, label).replace(LINK, invitation.url.reveal())
            self._desk.clipboard.put_plain(text)
            self._desk.window.show_status(said)

        authorizer = self._desk.services.sign_in
        self._desk.in_store(self, lambda _job: authorizer.invitation(attempt.id), done)

    def _renew_pressed(self) -> None:
        attempt = self._attempt
        if attempt is None:
            return

        def done(_invitation: AuthorizationLink) -> None:
            self._desk.window.show_status("The link is new. Send it again")

        self._renew.setEnabled(False)
        authorizer = self._desk.services.sign_in
        self._desk.over_network(
            self,
            lambda job: authorizer.renew(attempt.id, job),
            done,
            ended=self._desk.library.reload,
        )


def _bare(_handle: str, _app_label: str) -> str:
    return LINK
