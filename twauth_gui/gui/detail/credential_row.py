"""One masked value, with the ways to see it and to take it along."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from twauth_gui.domain.secret import Secret
from twauth_gui.gui.detail.shown_value import ShownValue
from twauth_gui.gui.detail.value_name import ValueName
from twauth_gui.gui.parts.icon_button import IconButton
from twauth_gui.gui.parts.ring import ProgressRing
from twauth_gui.gui.parts.secret_dots import SecretDots
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.measure import Type, control_height
from twauth_gui.services.parts import CredentialField
from twauth_gui.services.token_part import TokenField

SHOWN_SECONDS = 20


class CredentialRow(QWidget):
    """Ten dots until somebody asks; a shown value hides itself again.

    Signals:
        reveal_wanted, copy_wanted: carry the Part.
    """

    reveal_wanted = Signal(object)
    copy_wanted = Signal(object)

    def __init__(self, part: CredentialField | TokenField, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._part = part
        self._left = 0
        self._on_clipboard = False
        self._second = QTimer(self)
        self._second.setInterval(1000)
        self._second.timeout.connect(self._count_down)
        self._build()

    def _build(self) -> None:
        label = ValueName(self._part.value)
        self._value = ShownValue()
        self._stack = QStackedWidget()
        self._stack.addWidget(SecretDots())
        self._stack.addWidget(self._value)
        self._ring = ProgressRing(14)
        self._note = Text("", type=Type.SMALL, role="text-2")
        name = self._part.inline
        self._eye = IconButton("eye", f"Show the {name}")
        self._eye.clicked.connect(self._eye_pressed)
        self._copy = IconButton("copy", f"Copy the {name}")
        self._copy.clicked.connect(lambda: self.copy_wanted.emit(self._part))
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 4, 10, 4)
        row.setSpacing(0)
        row.addWidget(label)
        row.addWidget(self._stack, 1)
        row.addSpacing(8)
        row.addWidget(self._ring)
        row.addSpacing(6)
        row.addWidget(self._note)
        row.addSpacing(8)
        row.addWidget(self._eye)
        row.addWidget(self._copy)
        self.setMinimumHeight(control_height(36))
        self.hide_value()

    @property
    def shown(self) -> bool:
        return self._left > 0

    def show_value(self, value: Secret) -> None:
        """Show it for twenty seconds."""
        self._value.show_value(self._part.value, value)
        self._stack.setCurrentIndex(1)
        self._stack.updateGeometry()
        self._left = SHOWN_SECONDS
        self._eye.set_icon("eye-off")
        self._eye.set_on(on=True)
        self._eye.set_name(f"Hide the {self._part.inline}")
        self._ring.show()
        self._tell()
        self._second.start()

    def hide_value(self) -> None:
        """Put the dots back."""
        self._second.stop()
        self._left = 0
        had_focus = self._value.hasFocus()
        self._value.forget()
        self._stack.setCurrentIndex(0)
        if had_focus:
            self._eye.setFocus(Qt.FocusReason.OtherFocusReason)
        self._eye.set_icon("eye")
        self._eye.set_on(on=False)
        self._eye.set_name(f"Show the {self._part.inline}")
        self._ring.hide()
        self._tell()

    def show_copied(self, *, on: bool) -> None:
        """Say with a check mark whether it lies on the clipboard."""
        self._on_clipboard = on
        name = f"Copy the {self._part.inline}"
        self._copy.set_icon("check" if on else "copy")
        self._copy.set_on(on=on)
        self._copy.set_name(f"{name}, copied" if on else name)
        self._tell()

    def _eye_pressed(self) -> None:
        if self.shown:
            self.hide_value()
        else:
            self.reveal_wanted.emit(self._part)

    def _count_down(self) -> None:
        self._left -= 1
        if self._left <= 0:
            self.hide_value()
        else:
            self._tell()

    def _tell(self) -> None:
        self._ring.set_part(self._left / SHOWN_SECONDS)
        copied = "Copied" if self._on_clipboard else ""
        self._note.setText(f"{self._left} s" if self.shown else copied)
