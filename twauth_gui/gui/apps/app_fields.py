"""Fields of an app: keys, OAuth 2.0 client, callback URLs, app-only token."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from twauth_gui.domain.apps import AppId, AppKeys
from twauth_gui.domain.callback_urls import CallbackError, parse_callback_urls
from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.domain.hosts import CALLBACK_SETTING
from twauth_gui.domain.secret import Secret
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.clipboard import CopiedItem
from twauth_gui.gui.parts.buttons import Button, ButtonKind, ButtonSize, secondary_button
from twauth_gui.gui.parts.choices import CheckBox
from twauth_gui.gui.parts.disclosure import Disclosure
from twauth_gui.gui.parts.fields import FieldBlock, TextField
from twauth_gui.gui.parts.secret_field import SecretDots, SecretField
from twauth_gui.gui.parts.surfaces import Box
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.tasks import Job
from twauth_gui.gui.theme.metrics import TextStyle, line_height
from twauth_gui.services.bearer_tokens import REGENERATE_ADVICE
from twauth_gui.transfer.credential_formats import Field, clean_value, find_value_problem
from twauth_gui.transfer.pasted_keys import PastedKeys, parse_keys

_CLIENT_HELP = {
    Field.CLIENT_ID: "For OAuth 2.0 only. It is not the API key.",
    Field.CLIENT_SECRET: "Left empty for a Native App, which has none.",
}


def _show_problem_of(field: Field, text: str, block: FieldBlock, help_text: str) -> None:
    """Say below a field what is wrong with the value in it, or its usual help."""
    problem = find_value_problem(field, text)
    block.set_help(help_text)
    block.set_error(problem.sentence if problem and problem.blocks else "")
    block.set_warning(problem.sentence if problem and not problem.blocks else "")


def _is_blocked(field: Field, text: str) -> bool:
    """Whether a field holds a value that X cannot accept."""
    problem = find_value_problem(field, text)
    return problem is not None and problem.blocks


class ClientFields(QWidget):
    """Client ID and client secret of OAuth 2.0; both may stay empty.

    Signals:
        changed: something was typed.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._fields = {field: SecretField() for field in _CLIENT_HELP}
        self._blocks = {
            Field.CLIENT_ID: FieldBlock("Client ID", self._fields[Field.CLIENT_ID]),
            Field.CLIENT_SECRET: FieldBlock("Client secret", self._fields[Field.CLIENT_SECRET]),
        }
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        for field, block in self._blocks.items():
            self._fields[field].setMaxLength(4096)
            self._fields[field].textChanged.connect(self._handle_edit)
            row.addWidget(block, 1)
        self._validate()

    def fill(self, client_id: Secret | None, client_secret: Secret | None) -> None:
        """Show stored or pasted values; None leaves its field alone."""
        for field, value in zip(_CLIENT_HELP, (client_id, client_secret), strict=True):
            if value is not None:
                self._fields[field].setText(value.reveal())

    def values(self) -> tuple[Secret | None, Secret | None]:
        """Return client ID and client secret; None for an empty field."""
        client_id, client_secret = (self._value(field) for field in _CLIENT_HELP)
        return client_id, client_secret

    @property
    def is_blocked(self) -> bool:
        """Whether a field holds a value that X cannot accept."""
        return any(_is_blocked(field, editor.text()) for field, editor in self._fields.items())

    def show_values(self, *, shown: bool) -> None:
        """Show the values as text, or as dots."""
        for editor in self._fields.values():
            editor.show_value(visible=shown)

    def _value(self, field: Field) -> Secret | None:
        text = clean_value(self._fields[field].text())
        return Secret(text) if text else None

    def _handle_edit(self) -> None:
        self._validate()
        self.changed.emit()

    def _validate(self) -> None:
        for field, block in self._blocks.items():
            _show_problem_of(field, self._fields[field].text(), block, _CLIENT_HELP[field])


_CLIENT_TITLE = "OAuth 2.0 client"
_KEY_HELP = {
    Field.API_KEY: "Also called consumer key. About 25 letters and digits.",
    Field.API_SECRET: "Also called consumer secret. About 50 letters and digits.",
}


class KeyFields(QWidget):
    """API key, API secret and OAuth 2.0 client; a pasted app-only token is kept with them.

    Signals:
        changed: something was typed or pasted.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._other_keys = PastedKeys()
        self._is_filling = False
        self._fields = {field: SecretField() for field in _KEY_HELP}
        self._blocks = {
            Field.API_KEY: FieldBlock("API key", self._fields[Field.API_KEY]),
            Field.API_SECRET: FieldBlock("API secret", self._fields[Field.API_SECRET]),
        }
        self._notes = Text("", style=TextStyle.SMALL, role="text-2", wrap=True)
        self._client = ClientFields()
        self._client.changed.connect(self._update_client)
        self._more = Disclosure(_CLIENT_TITLE)
        self._show = CheckBox("Show the keys")
        self._show.toggled.connect(self._show_values)
        self._build()
        self._show_values(False)
        self._validate_all()

    def _build(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(16)
        for field, block in self._blocks.items():
            editor = self._fields[field]
            editor.setMaxLength(4096)
            editor.textChanged.connect(self._sort_pasted_text)
            row.addWidget(block, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        self._more.add_beside(self._notes, 1)
        self._more.add_beside(self._show)
        self._more.set_body(self._client)
        column.addWidget(self._more)

    def _update_client(self) -> None:
        filled = self._client.values()[0] is not None
        self._more.set_title(f"{_CLIENT_TITLE}: filled in" if filled else _CLIENT_TITLE)
        if self._client.is_blocked:
            self._more.open()  # the reason is shown in it
        self.changed.emit()

    @property
    def first_field(self) -> QLineEdit:
        """The field where typing starts."""
        return self._fields[Field.API_KEY]

    def fill(self, keys: AppKeys) -> None:
        """Show the keys of a saved app."""
        self._other_keys = PastedKeys(bearer_token=keys.bearer_token)
        self._client.fill(keys.client_id, keys.client_secret)
        self._set_value(Field.API_KEY, keys.api_key)
        self._set_value(Field.API_SECRET, keys.api_secret)

    def paste(self, text: str) -> bool:
        """Sort a text into the fields; return whether it holds any key."""
        pasted = parse_keys(text)
        notes = list(pasted.notes)
        if pasted.access_token or pasted.access_secret:
            notes.append("The access token in it was left out. Sign the account in instead.")
        self._notes.setText(" ".join(notes))
        self._notes.set_role("warn" if pasted.is_empty else "text-2")
        if pasted.is_empty:
            return False
        self._other_keys = pasted
        self._client.fill(pasted.client_id, pasted.client_secret)
        self._set_value(Field.API_KEY, pasted.api_key)
        self._set_value(Field.API_SECRET, pasted.api_secret)
        return True

    def keys(self) -> AppKeys | None:
        """Return the keys; None while the API key or secret is missing, or a value is invalid."""
        values = {field: clean_value(editor.text()) for field, editor in self._fields.items()}
        if any(not value or _is_blocked(field, value) for field, value in values.items()):
            return None
        if self._client.is_blocked:
            return None
        client_id, client_secret = self._client.values()
        return AppKeys(
            api_key=Secret(values[Field.API_KEY]),
            api_secret=Secret(values[Field.API_SECRET]),
            bearer_token=self._other_keys.bearer_token,
            client_id=client_id,
            client_secret=client_secret,
        )

    def set_bearer(self, bearer: Secret) -> None:
        """Add an app-only token to the keys."""
        self._other_keys = replace(self._other_keys, bearer_token=bearer)

    def _set_value(self, field: Field, value: Secret | None) -> None:
        if value is not None:
            self._is_filling = True
            self._fields[field].setText(value.reveal())
            self._is_filling = False
            self._validate_all()

    def _sort_pasted_text(self, text: str) -> None:
        if self._is_filling:
            return
        # Words become lines: a one-line field turns the line breaks of a pasted text into blanks.
        bare = not any(mark in text for mark in "=:{,")
        whole = "\n".join(text.split()) if bare else text
        pasted = parse_keys(whole) if whole != text or not bare else PastedKeys()
        if pasted.has_app:
            self.paste(whole)
        self._validate_all()

    def _validate_all(self) -> None:
        for field, editor in self._fields.items():
            _show_problem_of(field, editor.text(), self._blocks[field], _KEY_HELP[field])
        self.changed.emit()

    def _show_values(self, shown: bool) -> None:  # noqa: FBT001 - the signature of the signal
        for editor in self._fields.values():
            editor.show_value(visible=shown)
        self._client.show_values(shown=shown)


_CALLBACK_HELP = "One per line. If the port of the first is taken, the next one is used."
_REGISTER_TEXT = (
    "Register each of them at console.x.com, exactly as written: Your app "
    f"\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} {CALLBACK_SETTING}. "
    "Use 127.0.0.1, not localhost."
)
_CALLBACK_LINES = 3


class CallbackFields(QWidget):
    """The callback URLs of an app, one a line, and how to register them at X.

    Signals:
        changed: something was typed.
        copy_requested: carries the addresses, one a line.
        console_requested: open X's developer console.
    """

    changed = Signal()
    copy_requested = Signal(str)
    console_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._field = TextField()
        self._field.setFixedHeight(_CALLBACK_LINES * line_height() + 20)
        self._field.textChanged.connect(self.changed)
        self._block = FieldBlock("Callback URLs", self._field, _CALLBACK_HELP)
        self._copy = secondary_button("Copy addresses", "copy", size=ButtonSize.SMALL)
        self._copy.clicked.connect(
            lambda: self.copy_requested.emit("\n".join(self.callbacks() or ()))
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._block)
        column.addWidget(Text(_REGISTER_TEXT, style=TextStyle.SMALL, role="text-2", wrap=True))
        column.addLayout(self._build_buttons())

    def _build_buttons(self) -> QHBoxLayout:
        console = Button(
            "Open console",
            kind=ButtonKind.QUIET,
            size=ButtonSize.SMALL,
            icon="external-link",
            icon_after=True,
        )
        console.clicked.connect(self.console_requested)
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
        """Return the addresses; None if one is invalid, with the reason below the field."""
        try:
            urls = parse_callback_urls(self._field.toPlainText())
        except CallbackError as error:
            self._block.set_error(str(error))
            self._copy.setEnabled(False)
            return None
        self._block.set_error("")
        self._copy.setEnabled(True)
        return urls


_NO_BEARER = "None yet. It reads public data without an account."


class BearerTokenBox(Box):
    """The app-only token of an app: whether it has one, to get, check or copy.

    Signals:
        received: X issued a token; carries the Secret.
    """

    received = Signal(object)

    def __init__(self, context: AppContext, app_id: AppId) -> None:
        super().__init__()
        self._context = context
        self._app_id = app_id
        self._dots = SecretDots()
        self._state = Text(_NO_BEARER, style=TextStyle.SMALL, role="text-2", wrap=True)
        self._get = secondary_button("Get it", size=ButtonSize.SMALL)
        self._check = secondary_button("Check", size=ButtonSize.SMALL)
        self._copy = secondary_button("Copy", "copy", size=ButtonSize.SMALL)
        self._get.clicked.connect(self._get_token)
        self._check.clicked.connect(self._check_token)
        self._copy.clicked.connect(self._copy_token)
        self._copied = CopiedItem(context.clipboard, self)
        self._copied.changed.connect(
            lambda: self._copy.set_copied(on=self._copied.is_item(self._app_id))
        )
        self.add_row(self._build())
        self.show_presence(is_saved=False)

    def _build(self) -> QWidget:
        holder = QWidget()
        texts = QVBoxLayout()
        texts.setSpacing(2)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(Text("App-only token", strong=True, heading=True))
        head.addWidget(self._dots)
        head.addStretch(1)
        texts.addLayout(head)
        texts.addWidget(self._state)
        row = QHBoxLayout(holder)
        row.setContentsMargins(16, 10, 12, 10)
        row.setSpacing(8)
        row.addLayout(texts, 1)
        for button, name in (
            (self._check, "Check the app-only token"),
            (self._copy, "Copy the app-only token"),
            (self._get, "Get the app-only token"),
        ):
            button.setAccessibleName(name)
            row.addWidget(button)
        return holder

    def show_presence(self, *, is_saved: bool) -> None:
        """Show whether the app has a token."""
        self._dots.setVisible(is_saved)
        self._check.setVisible(is_saved)
        self._copy.setVisible(is_saved)
        self._get.setVisible(not is_saved)
        self._state.setText(REGENERATE_ADVICE if is_saved else _NO_BEARER)

    def _get_token(self) -> None:
        bearer_tokens = self._context.services.bearer_tokens

        def work(job: Job) -> Secret:
            return bearer_tokens.fetch(self._app_id, job.cancel)

        def done(token: Secret) -> None:
            self.show_presence(is_saved=True)
            self.received.emit(token)

        self._run(self._get, work, done)

    def _check_token(self) -> None:
        bearer_tokens = self._context.services.bearer_tokens

        def work(job: Job) -> None:
            bearer_tokens.verify(self._app_id, job.cancel)

        def done(_nothing: None) -> None:
            self._state.setText("X accepts it.")

        self._run(self._check, work, done)

    def _run(
        self, button: Button, work: Callable[[Job], object], done: Callable[..., None]
    ) -> None:
        button.setEnabled(False)

        def failed(diagnosis: Diagnosis) -> None:
            self._state.setText(diagnosis.to_sentence())

        self._context.run_over_network(
            self, work, done, failed, on_ended=lambda: button.setEnabled(True), must_finish=True
        )

    def _copy_token(self) -> None:
        def done(bearer: Secret) -> None:
            if not self._context.vault.is_locked:  # it may have been locked meanwhile
                self._context.clipboard.copy(bearer)
                self._copied.set_item(self._app_id)

        self._context.run_in_store(
            self, lambda _job: self._context.services.bearer_tokens.load(self._app_id), done
        )
