"""Pages of the sign-in dialog that show its result: done, other account, problem."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from twauth_gui.domain.access import describe_scope
from twauth_gui.domain.accounts import Account
from twauth_gui.domain.diagnosis import Diagnosis, ProblemKind, Remedy
from twauth_gui.domain.health import Severity
from twauth_gui.domain.hosts import CALLBACK_SETTING, CONSOLE_URL
from twauth_gui.domain.sign_in import PendingSignIn
from twauth_gui.gui.parts.avatar import Avatar, avatar_letters, hue_of
from twauth_gui.gui.parts.badges import Badge
from twauth_gui.gui.parts.banner import Banner
from twauth_gui.gui.parts.buttons import (
    ButtonSize,
    external_button,
    quiet_button,
    secondary_button,
)
from twauth_gui.gui.parts.diagnosis_view import REMEDY_PAGES
from twauth_gui.gui.parts.surfaces import CopyLine, clear_layout
from twauth_gui.gui.parts.text import ElidedLabel, Text
from twauth_gui.gui.signin.approval_pages import SignInPage
from twauth_gui.gui.theme.metrics import TextStyle


class DonePage(SignInPage):
    """Which account is signed in, where its credentials are, and what they may do."""

    def __init__(self) -> None:
        super().__init__()
        self._avatar = Avatar("", 0, 48)
        self._handle = ElidedLabel("", style=TextStyle.HEADING, strong=True)
        self._name = ElidedLabel("", role="text-2")
        self._where = Text("", role="text-2", wrap=True)
        self._banner = Banner(Severity.ATTENTION, "")
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
        self.column.addWidget(self._banner)
        self.column.addStretch(1)

    def show_account(
        self, account: Account, keychain: str, diagnosis: Diagnosis | None, *, again: bool
    ) -> None:
        """Show the account after its first check. again: it was known before."""
        self._avatar.set_identity(avatar_letters(account.handle), hue_of(account.user_id))
        outcome = "is signed in again" if again else "is signed in"
        self._handle.setText(f"{account.at_handle} {outcome}")
        self._name.setText(account.name or f"User ID {account.user_id}")
        access = f" It can {_access_words(account)}." if account.access else ""
        self._where.setText(f"The credentials are in {keychain}.{access}")
        self._banner.setVisible(diagnosis is not None or _is_read_only(account))
        if diagnosis is not None:
            self._banner.set_texts(diagnosis.title, diagnosis.advice, "")
        elif _is_read_only(account):
            self._banner.set_texts(
                "This sign-in can only read",
                "Set the app to read and write, then sign in again.",
                "",
            )

    def show_missing_scopes(self, missing: tuple[str, ...]) -> None:
        """Say which OAuth 2.0 scopes X did not grant."""
        scopes = "; ".join(f"{describe_scope(name)} ({name})" for name in missing)
        self._banner.set_texts(
            "X granted less than was requested",
            f"Missing: {scopes}. Raise the app's permissions in X's console, then sign in again.",
            "",
        )
        self._banner.show()


class OtherAccountPage(SignInPage):
    """Asks what to do with the account that approved instead of the expected one."""

    def __init__(self) -> None:
        super().__init__()
        self.summary = ""
        self._title = Text("", style=TextStyle.HEADING, strong=True, wrap=True)
        self._line = Text("", role="text-2", wrap=True)
        self.column.addWidget(self._title)
        self.column.addSpacing(8)
        self.column.addWidget(self._line)
        self.column.addStretch(1)

    def show_sign_in(self, pending: PendingSignIn) -> None:
        """Name both accounts; summary says the same in a few words."""
        self.summary = f"@{pending.granted_handle} approved instead, and was discarded"
        self._title.setText(
            f"You approved as @{pending.granted_handle}, not @{pending.expected_handle}"
        )
        self._line.setText(
            "The browser was signed in to another account. Its credentials are held until you "
            f"choose. Keep @{pending.granted_handle} as an account of its own, or discard them, "
            "which also revokes them at X. Before another try they are discarded too."
        )


def _is_read_only(account: Account) -> bool:
    return account.access is not None and not account.access.can_write


def _access_words(account: Account) -> str:
    label = account.access.label if account.access else ""
    return "only read" if label == "read only" else label


_APP_PROBLEMS = frozenset(
    {
        ProblemKind.WRONG_KEYS,
        ProblemKind.CALLBACK_NOT_APPROVED,
        ProblemKind.CALLBACK_NEEDS_PIN,
        ProblemKind.APP_SUSPENDED,
        ProblemKind.APP_NOT_PERMITTED,
        ProblemKind.CLOCK,
        ProblemKind.NO_NETWORK,
        ProblemKind.REFUSED,
        ProblemKind.NOT_X,
        ProblemKind.UNKNOWN,
    }
)


class ProblemPage(SignInPage):
    """A diagnosis: what happened, why, what to do, further causes, and a report to copy.

    Signals:
        page_requested: open this page; carries its address.
        copy_requested: carries the text to copy.
        check_requested: check the app.
    """

    page_requested = Signal(str)
    copy_requested = Signal(str)
    check_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._title = Text("", style=TextStyle.HEADING, strong=True, wrap=True)
        self._advice = Text("", role="text-2", wrap=True)
        self._callback = _CallbackHelp()
        self._callback.copy_requested.connect(self.copy_requested)
        self._callback.console_requested.connect(lambda: self.page_requested.emit(CONSOLE_URL))
        self._causes = _CauseList()
        self._report = ""
        self._copy_report = quiet_button("Copy report", "copy", size=ButtonSize.SMALL)
        self._copy_report.clicked.connect(lambda: self.copy_requested.emit(self._report))
        self._address = ""
        self._open_page = quiet_button("", "external-link", size=ButtonSize.SMALL)
        self._open_page.clicked.connect(lambda: self.page_requested.emit(self._address))
        self._check = quiet_button("Check this app", "stethoscope", size=ButtonSize.SMALL)
        self._check.clicked.connect(self.check_requested)
        self._build()

    def _build(self) -> None:
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(self._title)
        texts.addSpacing(4)
        texts.addWidget(self._advice)
        texts.addSpacing(16)
        texts.addWidget(self._callback)
        texts.addWidget(self._causes)
        row = QHBoxLayout()
        for button in (self._open_page, self._check, self._copy_report):
            row.addWidget(button)
        row.addStretch(1)
        self.column.addLayout(texts)
        self.column.addStretch(1)
        self.column.addLayout(row)
        # The buttons' icons, not their invisible edges, stand under the words.
        flush, margins = self._check.text_inset, self.column.contentsMargins()
        texts.setContentsMargins(flush, 0, 0, 0)
        margins.setLeft(margins.left() - flush)
        self.column.setContentsMargins(margins)

    def show_diagnosis(
        self, diagnosis: Diagnosis, *, callback: str, app_label: str, with_page: bool = True
    ) -> None:
        """Show this diagnosis; a callback that X does not know is shown to copy.

        with_page: offer to open the page of X that helps, if there is one.
        """
        self._title.setText(diagnosis.title.rstrip("."))
        self._advice.setText(diagnosis.advice)
        about_callback = diagnosis.kind is ProblemKind.CALLBACK_NOT_APPROVED and bool(callback)
        self._callback.setVisible(about_callback)
        self._advice.setVisible(not about_callback)  # it says the same in one sentence
        # Its own remedy, a new link, is the primary button.
        is_manual = diagnosis.kind is ProblemKind.MAYBE_GRANTED
        remedy = Remedy.OPEN_CONNECTED_APPS if is_manual else diagnosis.remedy
        text, self._address = REMEDY_PAGES.get(remedy, ("", ""))
        self._open_page.setText(text)
        self._open_page.setVisible(bool(text) and with_page and not about_callback)
        if about_callback:
            self._callback.show_callback(callback, app_label)
        self._causes.show_causes(diagnosis.causes)
        self._check.setVisible(diagnosis.kind in _APP_PROBLEMS)
        report = diagnosis.evidence.format_report()
        self._report = f"{diagnosis.to_sentence()}\n{report}"
        self._copy_report.setVisible(bool(report))


class _CallbackHelp(QWidget):
    console_requested = Signal()
    copy_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        copy = secondary_button("Copy", "copy", size=ButtonSize.SMALL)
        self._line = CopyLine("", [copy], height=44)
        copy.clicked.connect(lambda: self.copy_requested.emit(self._line.text()))
        self._open_app = Text("", wrap=True)
        console = external_button("Open console")
        console.clicked.connect(self.console_requested)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 12)
        column.setSpacing(8)
        column.addWidget(Text("Add exactly this", style=TextStyle.SMALL, strong=True, heading=True))
        column.addWidget(self._line)
        hint = "Exactly as shown, with no slash added at the end. localhost would not match."
        column.addWidget(Text(hint, style=TextStyle.SMALL, role="text-3", wrap=True))
        column.addSpacing(12)
        column.addWidget(
            Text("Where to paste it", style=TextStyle.SMALL, strong=True, heading=True)
        )
        column.addLayout(_numbered_row(1, self._open_app, console))
        column.addLayout(_numbered_row(2, Text(CALLBACK_SETTING, wrap=True)))
        column.addLayout(
            _numbered_row(3, Text("Add the address, save, and try again here.", wrap=True))
        )

    def show_callback(self, callback: str, app_label: str) -> None:
        self._line.set_text(callback)
        self._open_app.setText(f"Open {app_label} in the developer console.")


class _CauseList(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 12)
        self._column.setSpacing(6)

    def show_causes(self, causes: tuple[str, ...]) -> None:
        clear_layout(self._column)
        if causes:
            self._column.addWidget(
                Text("Also possible", style=TextStyle.SMALL, strong=True, heading=True)
            )
        for cause in causes:
            self._column.addWidget(Text(f"·  {cause}", role="text-2", wrap=True))
        self.setVisible(bool(causes))


def _numbered_row(number: int, text: QWidget, button: QWidget | None = None) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(12)
    row.addWidget(Badge(str(number)))
    row.addWidget(text, 1)
    if button is not None:
        row.addWidget(button)
    return row
