"""The fields for an app's keys, which sort out whatever is pasted into them."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from twauth_gui.domain.apps import AppKeys
from twauth_gui.domain.secret import Secret
from twauth_gui.gui.oauth2.client_fields import ClientFields
from twauth_gui.gui.parts.choices import CheckBox
from twauth_gui.gui.parts.disclosure import Disclosure
from twauth_gui.gui.parts.fields import FieldBlock
from twauth_gui.gui.parts.secret_field import SecretField
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.theme.measure import Type
from twauth_gui.transfer.pasted import PastedKeys, parse_keys
from twauth_gui.transfer.shapes import Field, clean_value, problem

_CLIENT = "Client of OAuth 2.0"
_HELP = {
    Field.API_KEY: "Also called consumer key. About 25 letters and digits.",
    Field.API_SECRET: "Also called consumer secret. About 50 letters and digits.",
}


class KeyFields(QWidget):
    """API key and API secret, the client of OAuth 2.0, with what else was pasted kept beside them.

    Signals:
        changed: something was typed or pasted.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rest = PastedKeys()
        self._sorting = False
        self._fields = {field: SecretField() for field in _HELP}
        self._blocks = {
            Field.API_KEY: FieldBlock("API key", self._fields[Field.API_KEY]),
            Field.API_SECRET: FieldBlock("API secret", self._fields[Field.API_SECRET]),
        }
        self._notes = Text("", type=Type.SMALL, role="text-2", wrap=True)
        self._client = ClientFields()
        self._client.changed.connect(self._client_changed)
        self._more = Disclosure(_CLIENT)
        self._show = CheckBox("Show the keys")
        self._show.toggled.connect(self._show_toggled)
        self._build()
        self._show_toggled(False)
        self._judge_all()

    def _build(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(16)
        for field, block in self._blocks.items():
            editor = self._fields[field]
            editor.setMaxLength(4096)
            editor.textChanged.connect(self._edited)
            row.addWidget(block, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        self._more.put_beside(self._notes, 1)
        self._more.put_beside(self._show)
        self._more.put_below(self._client)
        column.addWidget(self._more)

    def _client_changed(self) -> None:
        filled = self._client.values()[0] is not None
        self._more.set_title(f"{_CLIENT}: filled in" if filled else _CLIENT)
        if self._client.blocked:
            self._more.open()  # its reason must be seen
        self.changed.emit()

    @property
    def first(self) -> QLineEdit:
        """The field where typing starts."""
        return self._fields[Field.API_KEY]

    def fill(self, keys: AppKeys) -> None:
        """Show keys that are stored already."""
        self._rest = PastedKeys(bearer_token=keys.bearer_token)
        self._client.fill(keys.client_id, keys.client_secret)
        self._set(Field.API_KEY, keys.api_key)
        self._set(Field.API_SECRET, keys.api_secret)

    def paste(self, text: str) -> bool:
        """Sort a text into the fields; tells whether anything in it was understood."""
        pasted = parse_keys(text)
        notes = list(pasted.notes)
        if pasted.access_token or pasted.access_secret:
            notes.append("The access token in it was left out. Sign the account in instead.")
        self._notes.setText(" ".join(notes))
        self._notes.set_role("warn" if pasted.is_empty else "text-2")
        if pasted.is_empty:
            return False
        self._rest = pasted
        self._client.fill(pasted.client_id, pasted.client_secret)
        self._set(Field.API_KEY, pasted.api_key)
        self._set(Field.API_SECRET, pasted.api_secret)
        return True

    def keys(self) -> AppKeys | None:
        """Give the keys, or None while one of the two is missing or cannot be one."""
        values = {field: clean_value(editor.text()) for field, editor in self._fields.items()}
        for field, value in values.items():
            trouble = problem(field, value)
            if not value or (trouble is not None and trouble.blocks):
                return None
        if self._client.blocked:
            return None
        client_id, client_secret = self._client.values()
        return AppKeys(
            api_key=Secret(values[Field.API_KEY]),
            api_secret=Secret(values[Field.API_SECRET]),
            bearer_token=self._rest.bearer_token,
            client_id=client_id,
            client_secret=client_secret,
        )

    def set_bearer(self, bearer: Secret) -> None:
        """Keep an app-only token with the keys."""
        self._rest = replace(self._rest, bearer_token=bearer)

    def _set(self, field: Field, value: Secret | None) -> None:
        if value is not None:
            self._sorting = True
            self._fields[field].setText(value.reveal())
            self._sorting = False
            self._judge_all()

    def _edited(self, text: str) -> None:
        if self._sorting:
            return
        # A line of its own for each word: that is what lines become when pasted into a field.
        bare = not any(mark in text for mark in "=:{,")
        whole = "\n".join(text.split()) if bare else text
        pasted = parse_keys(whole) if whole != text or not bare else PastedKeys()
        if pasted.has_app:
            self.paste(whole)
        self._judge_all()

    def _judge_all(self) -> None:
        for field, editor in self._fields.items():
            self._judge(field, clean_value(editor.text()))
        self.changed.emit()

    def _judge(self, field: Field, value: str) -> None:
        block = self._blocks[field]
        trouble = problem(field, value) if value else None
        block.set_help(_HELP[field])
        block.set_error("")
        block.set_warning("")
        if trouble is None:
            return
        if trouble.blocks:
            block.set_error(trouble.sentence)
        else:
            block.set_warning(trouble.sentence)

    def _show_toggled(self, shown: bool) -> None:  # noqa: FBT001 - the signature of the signal
        for editor in self._fields.values():
            editor.show_value(shown=shown)
        self._client.show_values(shown=shown)
