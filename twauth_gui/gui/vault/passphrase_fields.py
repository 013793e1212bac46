"""Fields to type a passphrase."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from twauth_gui.domain.secret import Secret
from twauth_gui.gui.parts.buttons import IconButton
from twauth_gui.gui.parts.fields import FieldBlock
from twauth_gui.gui.parts.secret_field import SecretField
from twauth_gui.gui.theme.metrics import M
from twauth_gui.services.passphrases import (
    MIN_LENGTH,
    WORDS_ADVICE,
    advise_on_passphrase,
    find_passphrase_problem,
)

_PASSPHRASE_HINT = f"At least {MIN_LENGTH} characters. {WORDS_ADVICE}"
_EYE_SIZE = 32


class PassphraseBlock(FieldBlock):
    """A passphrase field that shows dots, with a button to show the text, and errors below.

    It shows dots again once the passphrase is taken, or the window loses the focus.

    Args:
        label: Text above the field.
        help: Text below it.
        noun: What the accessible name of the button calls the passphrase; by default the label.
    """

    def __init__(
        self,
        label: str = "Passphrase",
        help: str = "",  # noqa: A002 - as in FieldBlock
        noun: str = "",
    ) -> None:
        self.field = SecretField()
        self._noun = noun or f"{label[0].lower()}{label[1:]}"
        self._is_shown = False
        self._eye = IconButton("eye", "", side=_EYE_SIZE)
        super().__init__(label, self.field, help, beside=self._eye)
        self.setFocusProxy(self.field)
        self.field.textEdited.connect(self._clear_error)
        self._eye.clicked.connect(lambda: self._show_text(shown=not self._is_shown))
        self._show_text(shown=False)

    def take_passphrase(self, *, forget: bool = True) -> Secret | None:
        """Return the passphrase and clear the field; if it is empty, say so and return None."""
        typed = Secret(self.field.text())
        if not typed:
            self.show_error("Type the passphrase.")
            return None
        self._show_text(shown=False)
        if forget:
            self.field.clear()
        return typed

    def show_error(self, reason: str) -> None:
        """Show an error, and select the passphrase to be typed again."""
        self.set_error(reason)
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.field.selectAll()

    @override
    def event(self, event: QEvent, /) -> bool:
        if event.type() is QEvent.Type.WindowDeactivate:
            self._show_text(shown=False)
        return super().event(event)

    def _show_text(self, *, shown: bool) -> None:
        self._is_shown = shown
        self.field.show_value(visible=shown)
        self._eye.set_icon("eye-off" if shown else "eye")
        self._eye.set_active(on=shown)
        self._eye.setAccessibleName(f"{'Hide' if shown else 'Show'} the {self._noun}")

    def _clear_error(self, _text: str) -> None:
        self.set_error("")


class NewPassphraseFields(QWidget):
    """A new passphrase, typed twice, with a hint; one that is easy to guess is refused.

    Signals:
        edited: something was typed.
    """

    edited = Signal()

    def __init__(self, label: str = "Passphrase", hint: str = "") -> None:
        super().__init__()
        self._first = PassphraseBlock(label, f"{_PASSPHRASE_HINT} {hint}".strip())
        self._repeated = PassphraseBlock("Repeat the passphrase", noun="repeated passphrase")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(M)
        column.addWidget(self._first)
        column.addWidget(self._repeated)
        self.setFocusProxy(self._first)
        self._first.field.textChanged.connect(self._update_advice)
        self._repeated.field.textChanged.connect(self._update_advice)

    def take_passphrase(self, *, forget: bool = True) -> Secret | None:
        """Return the passphrase and clear the fields; if it is unusable, say why, return None."""
        typed = self._first.field.text()
        problem = find_passphrase_problem(Secret(typed)) if typed else "Type a passphrase."
        if problem:
            self._first.show_error(problem)
            return None
        if typed != self._repeated.field.text():
            self._repeated.show_error("The passphrases do not match.")
            return None
        _ = self._repeated.take_passphrase(forget=forget)
        return self._first.take_passphrase(forget=forget)

    def _update_advice(self) -> None:
        self._first.set_error("")
        self._repeated.set_error("")
        self._first.set_warning(advise_on_passphrase(Secret(self._first.field.text())))
        self.edited.emit()
