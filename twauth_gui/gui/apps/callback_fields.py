"""The callback addresses of an app, with where each belongs in X's console."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from twauth_gui.domain.callbacks import CallbackError, checked_callbacks
from twauth_gui.gui.parts.buttons import Button, ButtonKind, ButtonSize, secondary_button
from twauth_gui.gui.parts.fields import FieldBlock, TextField
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.measure import Type, line_height

_INTO = " \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} "
CALLBACK_PLACE = _INTO.join(
    ("Your app", "User authentication settings", "Set up or Edit", "Callback URI / Redirect URL")
)
_HELP = "One per line. If the port of the first is taken, the next one is used."
_WHERE = (
    f"Register each of them at console.x.com, exactly as written: {CALLBACK_PLACE}. Use 127.0.0.1, "
    "not localhost."
)
_LINES = 3


class CallbackFields(QWidget):
    """One field with a line for each address, and the way to register them.

    Signals:
        changed: something was typed.
        copy_wanted: carries the addresses, one a line.
        console_wanted: open X's developer console.
    """

    changed = Signal()
    copy_wanted = Signal(str)
    console_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._field = TextField()
        self._field.setFixedHeight(_LINES * line_height() + 20)
        self._field.textChanged.connect(self.changed)
        self._block = FieldBlock("Callback URLs", self._field, _HELP)
        self._copy = secondary_button("Copy addresses", "copy", size=ButtonSize.SMALL)
        self._copy.clicked.connect(lambda: self.copy_wanted.emit("\n".join(self.callbacks() or ())))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._block)
        column.addWidget(Text(_WHERE, type=Type.SMALL, role="text-2", wrap=True))
        column.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        console = Button(
            "Open console",
            kind=ButtonKind.QUIET,
            size=ButtonSize.SMALL,
            icon="external-link",
            icon_after=True,
        )
        console.clicked.connect(self.console_wanted)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._copy)
        row.addWidget(console)
        row.addStretch(1)
        return row

    def set_callbacks(self, callbacks: tuple[str, ...]) -> None:
        """Show the addresses of an app."""
        self._field.setPlainText("\n".join(callbacks))

    def callbacks(self) -> tuple[str, ...] | None:
        """Give the addresses; None, and the reason below the field, where one cannot be one."""
        try:
            urls = checked_callbacks(self._field.toPlainText())
        except CallbackError as error:
            self._block.set_error(str(error))
            self._copy.setEnabled(False)
            return None
        self._block.set_error("")
        self._copy.setEnabled(True)
        return urls
