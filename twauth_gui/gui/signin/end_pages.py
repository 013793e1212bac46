"""The pages on which a sign-in ends: kept, or held because another account approved."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from twauth_gui.domain.accounts import Account
from twauth_gui.domain.attempts import PendingSignIn
from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.domain.health import Severity
from twauth_gui.domain.scopes import scope_words
from twauth_gui.gui.parts.avatar import Avatar, avatar_letters, hue_of
from twauth_gui.gui.parts.banner import Banner
from twauth_gui.gui.parts.text import ElidedLabel, Text
from twauth_gui.gui.signin.pages import Page
from twauth_gui.gui.theme.measure import Type


class DonePage(Page):
    """Says who is signed in, where the credentials are, and what they may do."""

    def __init__(self) -> None:
        super().__init__()
        self._avatar = Avatar("", 0, 48)
        self._handle = ElidedLabel("", type=Type.HEADING, strong=True)
        self._name = ElidedLabel("", role="text-2")
        self._where = Text("", role="text-2", wrap=True)
        self._trouble = Banner(Severity.ATTENTION, "")
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(self._handle)
        texts.addWidget(self._name)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self._avatar, alignment=Qt.AlignmentFlag.AlignTop)
        row.addLayout(texts, 1)
        self.column.addLayout(row)
        self.column.addSpacing(20)
        self.column.addWidget(self._where)
        self.column.addSpacing(16)
        self.column.addWidget(self._trouble)
        self.column.addStretch(1)

    def show_account(
        self, account: Account, keychain: str, diagnosis: Diagnosis | None, *, again: bool
    ) -> None:
        """Show the account as the first check left it."""
        self._avatar.set_identity(avatar_letters(account.handle), hue_of(account.user_id))
        word = "is signed in again" if again else "is signed in"
        self._handle.setText(f"{account.at_handle} {word}")
        self._name.setText(account.name or f"User ID {account.user_id}")
        may = f" It can {_may(account)}." if account.access else ""
        self._where.setText(f"The credentials are in {keychain}.{may}")
        self._trouble.setVisible(diagnosis is not None or _only_reads(account))
        if diagnosis is not None:
            self._trouble.set_texts(diagnosis.title, diagnosis.advice, "")
        elif _only_reads(account):
            self._trouble.set_texts(
                "This sign-in can only read",
                "Set the app to read and write, then sign in again.",
                "",
            )

    def show_missing(self, missing: tuple[str, ...]) -> None:
        """Say which scopes of OAuth 2.0 X did not grant."""
        lines = "; ".join(f"{scope_words(name)} ({name})" for name in missing)
        self._trouble.set_texts(
            "X granted less than was asked for",
            f"Missing: {lines}. Raise the app's permissions in X's console, then sign in again.",
            "",
        )
        self._trouble.show()


class OtherAccountPage(Page):
    """Asks what to do with the account that approved instead of the expected one."""

    def __init__(self) -> None:
        super().__init__()
        self._title = Text("", type=Type.HEADING, strong=True, wrap=True)
        self._line = Text("", role="text-2", wrap=True)
        self.column.addWidget(self._title)
        self.column.addSpacing(8)
        self.column.addWidget(self._line)
        self.column.addStretch(1)

    def show_attempt(self, attempt: PendingSignIn) -> None:
        """Name both accounts."""
        self._title.setText(
            f"You approved as @{attempt.granted_handle}, not @{attempt.expected_handle}"
        )
        self._line.setText(
            "The browser was signed in to another account. Its credentials are held until you "
            f"choose: keep @{attempt.granted_handle} as an account of its own, or discard them, "
            "which also revokes them at X."
        )


def _only_reads(account: Account) -> bool:
    return account.access is not None and not account.access.can_write


def _may(account: Account) -> str:
    words = account.access.words if account.access else ""
    return "only read" if words == "read only" else words
