"""The page that explains why a sign-in does not go on."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from twauth_gui.domain.addresses import CONSOLE
from twauth_gui.domain.diagnosis import Diagnosis, Remedy
from twauth_gui.domain.diagnosis import ProblemKind as Failure
from twauth_gui.gui.pages_at_x import PAGES
from twauth_gui.gui.parts.buttons import (
    Button,
    ButtonKind,
    ButtonSize,
    quiet_button,
    secondary_button,
)
from twauth_gui.gui.parts.copy_line import CopyLine
from twauth_gui.gui.parts.pill import Badge
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.signin.pages import Page
from twauth_gui.gui.theme.measure import Type

_INTO = " \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} "
_PLACE = _INTO.join(
    ("User authentication settings", "Set up or Edit", "Callback URI / Redirect URL")
)
_OF_THE_APP = frozenset(
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


class ProblemPage(Page):
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
        self._title = Text("", type=Type.HEADING, strong=True, wrap=True)
        self._advice = Text("", role="text-2", wrap=True)
        self._callback = _CallbackHelp()
        self._callback.copy_wanted.connect(self.copy_wanted)
        self._callback.console_wanted.connect(lambda: self.page_wanted.emit(CONSOLE))
        self._causes = _Causes()
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
        flush, margins = self._check.flush, self.column.contentsMargins()
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
        words, self._address = PAGES.get(remedy, ("", ""))
        self._open_page.setText(words)
        self._open_page.setVisible(bool(words) and with_page and not about_callback)
        if about_callback:
            self._callback.show_callback(callback, app_label)
        self._causes.show_causes(diagnosis.causes)
        self._check.setVisible(diagnosis.kind in _OF_THE_APP)
        report = diagnosis.evidence.report()
        self._report = f"{diagnosis.sentence()}\n{report}"
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
        column.addWidget(Text("Add exactly this", type=Type.SMALL, strong=True))
        column.addWidget(self._line)
        hint = "Exactly as shown, with no slash added at the end. localhost would not match."
        column.addWidget(Text(hint, type=Type.SMALL, role="text-3", wrap=True))
        column.addSpacing(12)
        column.addWidget(Text("Where to paste it", type=Type.SMALL, strong=True))
        column.addLayout(_numbered(1, self._open_app, console))
        place = Text(_PLACE, wrap=True)
        column.addLayout(_numbered(2, place))
        column.addLayout(
            _numbered(3, Text("Add the address, save, and try again here.", wrap=True))
        )

    def _copy(self) -> None:
        self.copy_wanted.emit(self._line.text())

    def show_callback(self, callback: str, app_label: str) -> None:
        self._line.set_text(callback)
        self._open_app.setText(f"Open {app_label} in the developer console.")


class _Causes(QWidget):
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
        head = Text("Also possible", type=Type.SMALL, strong=True)
        self._lines = [head] if causes else []
        self._lines += [Text(f"·  {cause}", role="text-2", wrap=True) for cause in causes]
        for line in self._lines:
            self._column.addWidget(line)
        self.setVisible(bool(causes))


def _numbered(number: int, text: QWidget, button: QWidget | None = None) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(12)
    row.addWidget(Badge(str(number)))
    row.addWidget(text, 1)
    if button is not None:
        row.addWidget(button)
    return row
