"""A disclosure: a button that shows or hides what is below it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from twauth_gui.gui.parts.buttons import Button, ButtonKind, ButtonSize
from twauth_gui.gui.theme.metrics import S


class Disclosure(QWidget):
    """A button above a body, closed at first; more parts can be put beside the button.

    Signals:
        toggled: it was opened or closed.
        opened: its body is visible now.
    """

    toggled = Signal()
    opened = Signal()

    def __init__(self, title: str) -> None:
        super().__init__()
        self._toggle = _DisclosureButton(title)
        self._toggle.toggled.connect(self._on_toggled)
        self._body: QWidget | None = None
        self._head = QHBoxLayout()
        self._head.setSpacing(12)
        self._head.addWidget(self._toggle)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(S)
        self._column.addLayout(self._head)

    def add_beside(self, part: QWidget, stretch: int = 0) -> None:
        """Add a part to the right of the button."""
        self._head.addWidget(part, stretch)

    def set_body(self, body: QWidget) -> None:
        """Set what the button shows and hides."""
        self._body = body
        self._column.addWidget(body)
        body.setVisible(self.is_open)

    @property
    def is_open(self) -> bool:
        return self._toggle.isChecked()

    def open(self) -> None:
        """Show what is below."""
        self._toggle.setChecked(True)

    def set_title(self, title: str) -> None:
        self._toggle.setText(title)

    def _on_toggled(self, opened: bool) -> None:  # noqa: FBT001 - the signature of the signal
        self._toggle.set_icon("chevron-down" if opened else "chevron-right")
        if self._body is not None:
            self._body.setVisible(opened)
        self.toggled.emit()
        if opened:
            self.opened.emit()


class _DisclosureButton(Button):
    """A quiet button without padding, so that it lines up with the text above and below."""

    def __init__(self, text: str) -> None:
        super().__init__(text, kind=ButtonKind.QUIET, size=ButtonSize.SMALL, icon="chevron-right")
        self.setCheckable(True)

    @override
    def sizeHint(self) -> QSize:
        return super().sizeHint() - QSize(2 * self.text_inset, 0)

    @override
    def _colours(self) -> tuple[str, str, str]:
        _fill, _line, ink = super()._colours()
        return "", "", "text" if self.isChecked() or self.isDown() else ink
