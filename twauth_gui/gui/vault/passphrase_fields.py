"""Fields in which a passphrase is typed."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from twauth_gui.domain.secret import Secret
from twauth_gui.gui.parts.fields import FieldBlock
from twauth_gui.gui.parts.secret_field import SecretField
from twauth_gui.gui.theme.measure import M
from twauth_gui.services.passphrases import ADVISED, advice_on

_HINT = f"At least {ADVISED} characters are advised; four words are better."


class PassphraseField(SecretField):
    """One line that shows dots, and that no input method remembers."""

    def take(self) -> Secret:
        """Give what is typed, and forget it."""
        typed = Secret(self.text())
        self.clear()
        return typed


class PassphraseBlock(FieldBlock):
    """The passphrase of a file that is there, with what is wrong about it below."""

    def __init__(self, label: str = "Passphrase") -> None:
        self.field = PassphraseField()
        super().__init__(label, self.field)
        self.setFocusProxy(self.field)
        self.field.textEdited.connect(self._edited)

    def take(self) -> Secret | None:
        """Give what is typed, and forget it; None where nothing is, and say so."""
        if not self.field.text():
            self.refuse("Type the passphrase.")
            return None
        return self.field.take()

    def refuse(self, why: str) -> None:
        """Say what is wrong, and let it be typed again."""
        self.set_error(why)
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _edited(self, _text: str) -> None:
        self.set_error("")


class NewPassphrase(QWidget):
    """A passphrase typed twice, with a hint; it refuses only an empty one, or two that differ.

    Signals:
        edited: something was typed.
    """

    edited = Signal()

    def __init__(self, label: str = "Passphrase") -> None:
        super().__init__()
        self._first = PassphraseField()
        self._second = PassphraseField()
        self._above = FieldBlock(label, self._first, help=_HINT)
        self._below = FieldBlock("Repeat the passphrase", self._second)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(M)
        column.addWidget(self._above)
        column.addWidget(self._below)
        self.setFocusProxy(self._first)
        self._first.textChanged.connect(self._edited)
        self._second.textChanged.connect(self._edited)

    def take(self) -> Secret | None:
        """Give what is typed, and forget it; None where the two differ or are empty, and say so."""
        if not self._first.text():
            self._above.set_error("Type a passphrase.")
            self._first.setFocus(Qt.FocusReason.OtherFocusReason)
            return None
        if self._first.text() != self._second.text():
            self._below.set_error("The passphrases do not match.")
            self._second.setFocus(Qt.FocusReason.OtherFocusReason)
            return None
        self._second.clear()
        return self._first.take()

    def _edited(self) -> None:
        self._above.set_error("")
        self._below.set_error("")
        self._above.set_warning(advice_on(Secret(self._first.text())))
        self.edited.emit()
