"""The fields for what OAuth 2.0 wants of an app."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from twauth_gui.domain.secret import Secret
from twauth_gui.gui.parts.fields import FieldBlock
from twauth_gui.gui.parts.secret_field import SecretField
from twauth_gui.transfer.shapes import Field, clean_value, problem

_HELP = {
    Field.CLIENT_ID: "For OAuth 2.0 only. It is not the API key.",
    Field.CLIENT_SECRET: "Left empty for a Native App, which has none.",
}


class ClientFields(QWidget):
    """Client ID and client secret; both may stay empty.

    Signals:
        changed: something was typed.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fields = {field: SecretField() for field in _HELP}
        self._blocks = {
            Field.CLIENT_ID: FieldBlock("Client ID", self._fields[Field.CLIENT_ID]),
            Field.CLIENT_SECRET: FieldBlock("Client secret", self._fields[Field.CLIENT_SECRET]),
        }
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        for field, block in self._blocks.items():
            self._fields[field].setMaxLength(4096)
            self._fields[field].textChanged.connect(self._edited)
            row.addWidget(block, 1)
        self._judge()

    def fill(self, client_id: Secret | None, client_secret: Secret | None) -> None:
        """Show what is stored or was pasted; what is None leaves its field alone."""
        for field, value in zip(_HELP, (client_id, client_secret), strict=True):
            if value is not None:
                self._fields[field].setText(value.reveal())

    def values(self) -> tuple[Secret | None, Secret | None]:
        """Give both; None for an empty field."""
        client_id, client_secret = (self._value(field) for field in _HELP)
        return client_id, client_secret

    @property
    def blocked(self) -> bool:
        """Whether one of them holds what X cannot accept."""
        found = [problem(field, self._fields[field].text()) for field in _HELP]
        return any(one is not None and one.blocks for one in found)

    def show_values(self, *, shown: bool) -> None:
        """Show them as text, or as dots."""
        for editor in self._fields.values():
            editor.show_value(shown=shown)

    def _value(self, field: Field) -> Secret | None:
        text = clean_value(self._fields[field].text())
        return Secret(text) if text else None

    def _edited(self) -> None:
        self._judge()
        self.changed.emit()

    def _judge(self) -> None:
        for field, block in self._blocks.items():
            trouble = problem(field, clean_value(self._fields[field].text()))
            block.set_help(_HELP[field])
            block.set_error(trouble.sentence if trouble and trouble.blocks else "")
            block.set_warning(trouble.sentence if trouble and not trouble.blocks else "")
