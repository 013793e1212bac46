"""Views of a diagnosis: as text, as a banner in a dialog, as a dialog of its own."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from twauth_gui.domain.diagnosis import Diagnosis, Remedy
from twauth_gui.domain.health import Severity
from twauth_gui.domain.hosts import APPEAL_FORM_URL, CONNECTED_APPS_URL, CONSOLE_URL
from twauth_gui.gui.parts.accessibility import announce, scroll_into_view
from twauth_gui.gui.parts.banner import Banner
from twauth_gui.gui.parts.buttons import primary_button
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.look import Look, LookWindow
from twauth_gui.gui.theme.metrics import S, TextStyle


class DiagnosisView(QWidget):
    """The advice and causes of a diagnosis; with_title if nothing around shows its title."""

    def __init__(self, diagnosis: Diagnosis, *, with_title: bool = False) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S)
        if with_title:
            title = diagnosis.title.rstrip(".")
            column.addWidget(Text(title, style=TextStyle.TITLE, strong=True, wrap=True))
        column.addWidget(Text(diagnosis.advice, role="text-2", wrap=True))
        for cause in diagnosis.causes:
            column.addWidget(Text(f"·  {cause}", style=TextStyle.SMALL, role="text-2", wrap=True))


class ProblemBanner(QWidget):
    """A hidden banner that shows a failure: it scrolls into view and is announced."""

    def __init__(self) -> None:
        super().__init__()
        self._banner = Banner(Severity.BROKEN, "")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._banner)
        self.hide()

    def show_diagnosis(self, diagnosis: Diagnosis) -> None:
        """Show a failure in its own words."""
        self._show(diagnosis.title, diagnosis.advice)

    def show_text(self, text: str) -> None:
        """Show one sentence."""
        self._show(text)

    def _show(self, title: str, text: str = "") -> None:
        self._banner.set_texts(title, text)
        self.show()
        scroll_into_view(self)
        announce(self, f"{title} {text}".strip())

    def clear(self) -> None:
        self.hide()


class StartFailureWindow(LookWindow):
    """The window that shows why Twauth could not start."""

    def __init__(self, look: Look, diagnosis: Diagnosis) -> None:
        super().__init__(look)
        self.setWindowTitle("Twauth")
        self.setMinimumWidth(480)
        page = QWidget()
        self.setCentralWidget(page)
        column = QVBoxLayout(page)
        column.setContentsMargins(32, 28, 32, 24)
        column.setSpacing(8)
        column.addWidget(Text(diagnosis.title, style=TextStyle.HEADING, strong=True, wrap=True))
        advice = Text(diagnosis.advice, role="text-2", wrap=True)
        advice.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(advice)
        column.addSpacing(16)
        close = primary_button("Close")
        close.clicked.connect(self.close)
        column.addWidget(close, alignment=Qt.AlignmentFlag.AlignRight)
        close.setFocus()


REMEDY_PAGES: Mapping[Remedy, tuple[str, str]] = {
    Remedy.OPEN_CONSOLE: ("Open console", CONSOLE_URL),
    Remedy.OPEN_APPEAL: ("Open appeal form", APPEAL_FORM_URL),
    Remedy.OPEN_X: ("Open x.com", "https://x.com"),
    Remedy.OPEN_CONNECTED_APPS: ("Open connected apps", CONNECTED_APPS_URL),
}
