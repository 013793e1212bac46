"""Fields for the passphrase of a backup."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from twauth_gui.domain.secret import Secret
from twauth_gui.gui.parts.fields import FieldBlock
from twauth_gui.gui.theme.measure import M
from twauth_gui.gui.vault.passphrase_fields import PassphraseField
from twauth_gui.services.passphrases import advice_on

_FORGOTTEN = "Nobody can open the backup without it, and nobody can reset it."


class PassphraseFields(QWidget):
    """One field to open a file, a second one below it where a new file gets its passphrase."""

    def __init__(self, *, new: bool) -> None:
        super().__init__()
        self._fields = [PassphraseField() for _ in range(2 if new else 1)]
        self._blocks = [
            FieldBlock("Passphrase", self._fields[0], _FORGOTTEN if new else ""),
            *(FieldBlock("Repeat the passphrase", field) for field in self._fields[1:]),
        ]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(M)
        for block, field in zip(self._blocks, self._fields, strict=True):
            column.addWidget(block)
            field.textChanged.connect(self._forget_error)
        if new:
            self.first.textChanged.connect(self._advise)

    @property
    def first(self) -> QLineEdit:
        """The field where typing starts."""
        return self._fields[0]

    def take(self) -> Secret | None:
        """Give what was typed; None where it cannot be used, which is then said below it."""
        texts = [field.text() for field in self._fields]
        if not texts[0]:
            self._refuse(0, "Type a passphrase.")
            return None
        if len(set(texts)) > 1:
            self._refuse(1, "The passphrases do not match.")
            return None
        return Secret(texts[0])

    def refuse(self, text: str) -> None:
        """Say why it was not the right one, and let the person type again."""
        self._refuse(0, text)
        self.first.selectAll()

    def _advise(self, text: str) -> None:
        self._blocks[0].set_warning(advice_on(Secret(text)))

    def _refuse(self, place: int, text: str) -> None:
        self._blocks[place].set_error(text)
        self._fields[place].setFocus()

    def _forget_error(self, _text: str) -> None:
        for block in self._blocks:
            block.set_error("")
