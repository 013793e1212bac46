"""A failure inside a sheet: what is so and what to do."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.domain.health import Severity
from twauth_gui.gui.parts.announce import announce
from twauth_gui.gui.parts.banner import Banner
from twauth_gui.gui.parts.scroll_to import scroll_to


class ProblemLine(QWidget):
    """A banner that is there only while there is something to say, and is seen and heard then."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._banner = Banner(Severity.BROKEN, "")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._banner)
        self.hide()

    def show_diagnosis(self, diagnosis: Diagnosis) -> None:
        """Show a failure in its own words."""
        self._say(diagnosis.title, diagnosis.advice)

    def show_text(self, text: str) -> None:
        """Show one sentence."""
        self._say(text)

    def _say(self, title: str, text: str = "") -> None:
        self._banner.set_texts(title, text)
        self.show()
        scroll_to(self)
        announce(self, f"{title} {text}".strip())

    def clear(self) -> None:
        self.hide()
