"""The choice between the two kinds of credentials, each with what it is good for."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from twauth_gui.domain.credential_kind import CredentialKind
from twauth_gui.gui.parts.segmented import SegmentedControl
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.measure import Type

_WHY = {
    CredentialKind.OAUTH1: "Lasts until it is revoked, and works with nearly every bot.",
    CredentialKind.OAUTH2: (
        "For chosen scopes only, renewed every two hours. Some calls of API version 2 need it."
    ),
}


class KindChoice(QWidget):
    """Two words side by side, and a line below.

    Signals:
        changed: another kind is chosen.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        kinds = [(kind.value, kind.words, "") for kind in CredentialKind]
        self._choice = SegmentedControl(kinds, "Kind of credentials")
        self._why = Text("", type=Type.SMALL, role="text-3", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(Text("Kind of credentials", type=Type.SMALL, strong=True))
        column.addWidget(self._choice, alignment=Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._why)
        self._choice.changed.connect(self._changed)
        self._changed()

    @property
    def kind(self) -> CredentialKind:
        return CredentialKind(self._choice.selected())

    def choose(self, kind: CredentialKind) -> None:
        self._choice.select(kind.value)

    def _changed(self) -> None:
        self._why.setText(_WHY[self.kind])
        self.changed.emit()
