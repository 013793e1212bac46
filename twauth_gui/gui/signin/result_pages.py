"""Pages of the sign-in dialog that show its result: done, other account, problem."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from twauth_gui.domain.access import describe_scope
from twauth_gui.domain.accounts import Account
from twauth_gui.domain.diagnosis import Diagnosis, Remedy
from twauth_gui.domain.diagnosis import ProblemKind as Failure
from twauth_gui.domain.health import Severity
from twauth_gui.domain.hosts import CONSOLE_URL
from twauth_gui.domain.sign_in import PendingSignIn
from twauth_gui.gui.parts.avatar import Avatar, avatar_letters, hue_of
from twauth_gui.gui.parts.badges import Badge
from twauth_gui.gui.parts.banner import Banner
from twauth_gui.gui.parts.buttons import (
    Button,
    ButtonKind,
    ButtonSize,
    quiet_button,
    secondary_button,
)
from twauth_gui.gui.parts.diagnosis_view import REMEDY_PAGES
from twauth_gui.gui.parts.surfaces import CopyLine
from twauth_gui.gui.parts.text import ElidedLabel, Text
from twauth_gui.gui.signin.approval_pages import SignInPage
from twauth_gui.gui.theme.metrics import TextStyle


class DonePage(SignInPage):
    """Says who is signed in, where the credentials are, and what they may do."""

    def __init__(self) -> None:
        super().__init__()
        self._avatar = Avatar("", 0, 48)
        self._handle = ElidedLabel("", style=TextStyle.HEADING, strong=True)
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
        may = f" It can {_access_words(account)}." if account.access else ""
        self._where.setText(f"The credentials are in {keychain}.{may}")
        self._trouble.setVisible(diagnosis is not None or _is_read_only(account))
        if diagnosis is not None:
            self._trouble.set_texts(diagnosis.title, diagnosis.advice, "")
        elif _is_read_only(account):
            self._trouble.set_texts(
                "This sign-in can only read",
                "Set the app to read and write, then sign in again.",
                "",
            )

    def show_missing_scopes(self, missing: tuple[str, ...]) -> None:
        """Say which scopes of OAuth 2.0 X did not grant."""
        lines = "; ".join(f"{describe_scope(name)} ({name})" for name in missing)
        self._trouble.set_texts(
            "X granted less than was asked for",
            f"Missing: {lines}. Raise the app's permissions in X's console, then sign in again.",
            "",
        )
        self._trouble.show()


class OtherAccountPage(SignInPage):
    """Asks what to do with the account that approved instead of the expected one."""

    def __init__(self) -> None:
        super().__init__()
        self._title = Text("", style=TextStyle.HEADING, strong=True, wrap=True)
        self._line = Text("", role="text-2", wrap=True)
        self.column.addWidget(self._title)
        self.column.addSpacing(8)
        self.column.addWidget(self._line)
        self.column.addStretch(1)

    def show_sign_in(self, pending: PendingSignIn) -> None:
        """Name both accounts."""
        self._title.setText(
            f"You approved as @{pending.granted_handle}, not @{pending.expected_handle}"
        )
        self._line.setText(
            "The browser was signed in to another account. Its credentials are held until you "
            f"choose: keep @{pending.granted_handle} as an account of its own, or discard them, "
            "which also revokes them at X."
        )


def _is_read_only(account: Account) -> bool:
    return account.access is not None and not account.access.can_write


def _access_words(account: Account) -> str:
    words = account.access.label if account.access else ""
    return "only read" if words == "read only" else words


_PATH_SEPARATOR = " \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} "
_CALLBACK_SETTING = _PATH_SEPARATOR.join(
    ("User authentication settings", "Set up or Edit", "Callback URI / Redirect URL")
)
_APP_PROBLEMS = frozenset(
    {
        Failure.WRONG_KEYS,
        Failure.CALLBACK_NOT_APPROVED,
        Failure.CALLBACK_NEEDS_PIN,
        Failure.APP_SUSPENDED,
        Failure.APP_NOT_PERMITTED,
        Failure.CLOCK,
        Failure.NO_NETWORK,
        Failure.REFUSED,
        Failure.NOT_X,
        Failure.UNKNOWN,
    }
)


class ProblemPage(SignInPage):
    """What is so, why, what to do, further causes, and a report to copy.

    Signals:
        page_wanted: open this page of X.
        copy_wanted: carries the text to copy.
        check_wanted: look at the app.
    """

    page_wanted = Signal(str)
    copy_wanted = Signal(str)
    check_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._title = Text("", style=TextStyle.HEADING, strong=True, wrap=True)
        self._advice = Text("", role="text-2", wrap=True)
        self._callback = _CallbackHelp()
        self._callback.copy_wanted.connect(self.copy_wanted)
        self._callback.console_wanted.connect(lambda: self.page_wanted.emit(CONSOLE_URL))
        self._causes = _CauseList()
        self._report = ""
        self._copy_report = quiet_button("Copy report", "copy", size=ButtonSize.SMALL)
        self._copy_report.clicked.connect(lambda: self.copy_wanted.emit(self._report))
        self._address = ""
        self._open_page = quiet_button("", "external-link", size=ButtonSize.SMALL)
        self._open_page.clicked.connect(lambda: self.page_wanted.emit(self._address))
        self._check = quiet_button("Check this app", "stethoscope", size=ButtonSize.SMALL)
        self._check.clicked.connect(self.check_wanted)
        self._build()

    def _build(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addSpacing(4)
        words.addWidget(self._advice)
        words.addSpacing(16)
        words.addWidget(self._callback)
        words.addWidget(self._causes)
        row = QHBoxLayout()
        for button in (self._open_page, self._check, self._copy_report):
            row.addWidget(button)
        row.addStretch(1)
        self.column.addLayout(words)
        self.column.addStretch(1)
        self.column.addLayout(row)
        # The buttons' icons, not their invisible edges, stand under the words.
        flush, margins = self._check.text_inset, self.column.contentsMargins()
        words.setContentsMargins(flush, 0, 0, 0)
        margins.setLeft(margins.left() - flush)
        self.column.setContentsMargins(margins)

    def show_diagnosis(
        self, diagnosis: Diagnosis, *, callback: str, app_label: str, with_page: bool = True
    ) -> None:
        """Put the diagnosis into words; a callback that X does not know is shown to copy.

        with_page: where a page of X helps, a button opens it.
        """
        self._title.setText(diagnosis.title.rstrip("."))
        self._advice.setText(diagnosis.advice)
        about_callback = diagnosis.kind is Failure.CALLBACK_NOT_APPROVED and bool(callback)
        self._callback.setVisible(about_callback)
        self._advice.setVisible(not about_callback)  # it says the same in one sentence
        by_hand = diagnosis.kind is Failure.MAYBE_GRANTED  # its remedy is the primary button
        remedy = Remedy.OPEN_CONNECTED_APPS if by_hand else diagnosis.remedy
        words, self._address = REMEDY_PAGES.get(remedy, ("", ""))
        self._open_page.setText(words)
        self._open_page.setVisible(bool(words) and with_page and not about_callback)
        if about_callback:
            self._callback.show_callback(callback, app_label)
        self._causes.show_causes(diagnosis.causes)
        self._check.setVisible(diagnosis.kind in _APP_PROBLEMS)
        report = diagnosis.evidence.format_report()
        self._report = f"{diagnosis.to_sentence()}\n{report}"
        self._copy_report.setVisible(bool(report))


class _CallbackHelp(QWidget):
    console_wanted = Signal()
    copy_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        copy = secondary_button("Copy", "copy", size=ButtonSize.SMALL)
        copy.clicked.connect(self._copy)
        self._line = CopyLine("", [copy], height=44)
        self._open_app = Text("", wrap=True)
        console = Button(
            "Open console",
            kind=ButtonKind.SECONDARY,
            size=ButtonSize.SMALL,
            icon="external-link",
            icon_after=True,
        )
        console.clicked.connect(self.console_wanted)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 12)
        column.setSpacing(8)
        column.addWidget(Text("Add exactly this", style=TextStyle.SMALL, strong=True))
        column.addWidget(self._line)
        hint = "Exactly as shown, with no slash added at the end. localhost would not match."
        column.addWidget(Text(hint, style=TextStyle.SMALL, role="text-3", wrap=True))
        column.addSpacing(12)
        column.addWidget(Text("Where to paste it", style=TextStyle.SMALL, strong=True))
        column.addLayout(_numbered_row(1, self._open_app, console))
        place = Text(_CALLBACK_SETTING, wrap=True)
        column.addLayout(_numbered_row(2, place))
        column.addLayout(
            _numbered_row(3, Text("Add the address, save, and try again here.", wrap=True))
        )

    def _copy(self) -> None:
        self.copy_wanted.emit(self._line.text())

    def show_callback(self, callback: str, app_label: str) -> None:
        self._line.set_text(callback)
        self._open_app.setText(f"Open {app_label} in the developer console.")


class _CauseList(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 12)
        self._column.setSpacing(6)
        self._lines: list[QWidget] = []

    def show_causes(self, causes: tuple[str, ...]) -> None:
        for line in self._lines:
            line.setParent(None)
            line.deleteLater()
        head = Text("Also possible", style=TextStyle.SMALL, strong=True)
        self._lines = [head] if causes else []
        self._lines += [Text(f"·  {cause}", role="text-2", wrap=True) for cause in causes]
        for line in self._lines:
            self._column.addWidget(line)
        self.setVisible(bool(causes))


def _numbered_row(number: int, text: QWidget, button: QWidget | None = None) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(12)
    row.addWidget(Badge(str(number)))
    row.addWidget(text, 1)
    if button is not None:
        row.addWidget(button)
    return row
