"""The dialog that adds or changes a developer app."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from twauth_gui.domain.apps import DEFAULT_CALLBACK, App, AppId
from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.domain.hosts import CONSOLE_URL, X_API_URL, HostNotAllowedError, Hosts
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.apps.app_fields import BearerTokenBox, CallbackFields, KeyFields
from twauth_gui.gui.parts.buttons import primary_button, quiet_button, secondary_button
from twauth_gui.gui.parts.diagnosis_view import ProblemBanner
from twauth_gui.gui.parts.dialog import Dialog, DialogWidth, make_dialog_body
from twauth_gui.gui.parts.disclosure import Disclosure
from twauth_gui.gui.parts.fields import FieldBlock, LineField
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.places_card import PlacesCard
from twauth_gui.gui.tasks import Job
from twauth_gui.gui.theme.metrics import L, TextStyle
from twauth_gui.gui.vault.vault_dialogs import offer_unlock
from twauth_gui.services.apps import AppDraft


class AppPlaces(QWidget):
    """What new keys of the app would break, with the places to unfold."""

    def __init__(self, context: AppContext, app_id: AppId) -> None:
        super().__init__()
        self._breakage = Text("", style=TextStyle.SMALL, role="text-2", wrap=True)
        self._breakage.hide()
        card = PlacesCard(context)
        places = Disclosure("Where is it?")
        places.add_beside(QWidget(), 1)
        places.set_body(card)
        places.opened.connect(lambda: card.show_app(app_id))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._breakage)
        column.addWidget(places)
        context.run_in_store(
            self,
            lambda _job: context.services.placements.describe_breakage(app_id),
            self._show_breakage,
        )

    def _show_breakage(self, text: str) -> None:
        self._breakage.setText(text)
        self._breakage.setVisible(bool(text))


class AppDialog(Dialog):
    """Label, keys, callback URLs and API host of one app.

    Signals:
        saved: carries the App.
    """

    saved = Signal(object)

    def __init__(self, context: AppContext, app_id: AppId | None = None) -> None:
        title = "Change app" if app_id else "Add an app"
        super().__init__(title, width=DialogWidth.W640)
        self._context = context
        self._app_id = app_id
        self._original: AppDraft | None = None
        self._label = LineField("My app")
        self._keys = KeyFields()
        self._callbacks = CallbackFields()
        self._callbacks.set_callbacks((DEFAULT_CALLBACK,))
        self._host = LineField(X_API_URL)
        self._host.setText(X_API_URL)
        self._host_block = FieldBlock("API host", self._host, "X itself, or a sandbox.")
        self._places = None if app_id is None else AppPlaces(context, app_id)
        self._bearer = None if app_id is None else BearerTokenBox(context, app_id)
        self._problem = ProblemBanner()
        self._save = primary_button("Save app")
        self._build()
        self._keys.changed.connect(self._validate)
        self._callbacks.changed.connect(self._validate)
        self._callbacks.copy_requested.connect(context.clipboard.copy_plain)
        self._callbacks.console_requested.connect(lambda: context.window.open_address(CONSOLE_URL))
        self._host.textChanged.connect(self._validate)
        self._validate()

    def _build(self) -> None:
        body, column = make_dialog_body(L)
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(FieldBlock("Name in this window", self._label), 1)
        paste = secondary_button("Paste keys", "clipboard-paste")
        paste.setToolTip("Any format works: two lines, a .env file, JSON")
        paste.clicked.connect(lambda: self.paste_keys(self._context.clipboard.read_text()))
        head.addWidget(paste, alignment=Qt.AlignmentFlag.AlignBottom)
        column.addLayout(head)
        column.addWidget(self._keys)
        if self._places is not None:
            column.addWidget(self._places)
        if self._bearer is not None:
            self._bearer.received.connect(self._keys.set_bearer)
            column.addWidget(self._bearer)
        column.addWidget(self._callbacks)
        column.addWidget(self._host_block)
        column.addWidget(self._problem)
        self.set_body(body)
        self._build_footer()

    def _build_footer(self) -> None:
        if self._app_id is not None:
            remove = quiet_button("Remove app")
            remove.clicked.connect(self._remove_app)
            self.add_left(remove)
        self._check = quiet_button("Check this app", "stethoscope")
        self._check.clicked.connect(self._check_app)
        self.add_left(self._check)
        self._save.clicked.connect(self._save_app)
        self.add_cancel_and(self._save)
        self.set_initial_focus(self._keys.first_field)

    def paste_keys(self, text: str) -> None:
        """Sort a pasted text into the fields."""
        if text.strip():
            self._keys.paste(text)

    def show_app(self, draft: AppDraft) -> None:
        """Show a saved app."""
        self._original = draft
        self._label.setText(draft.label)
        self._keys.fill(draft.keys)
        if self._bearer is not None:
            self._bearer.show_presence(is_saved=draft.keys.bearer_token is not None)
        self._callbacks.set_callbacks((draft.callback, *draft.spare_callbacks))
        self._host.setText(draft.hosts.api)

    def _read_draft(self) -> AppDraft | None:
        keys = self._keys.keys()
        callbacks, hosts = self._callbacks.callbacks(), self._read_hosts()
        if keys is None or callbacks is None or hosts is None:
            return None
        return AppDraft(self._label.text(), keys, callbacks[0], hosts, callbacks[1:])

    def _read_hosts(self) -> Hosts | None:
        try:
            hosts = Hosts.from_api_url(self._host.text() or X_API_URL)
        except HostNotAllowedError as error:
            self._host_block.set_error(str(error))
            return None
        self._host_block.set_error("")
        return hosts

    def _validate(self) -> None:
        self._problem.clear()
        complete = self._read_draft() is not None
        self._save.setEnabled(complete)
        self._check.setEnabled(complete)

    def _check_app(self) -> None:
        from twauth_gui.gui.apps.app_check_dialog import open_draft_check  # noqa: PLC0415 - when it is opened

        draft = self._read_draft()
        if draft is not None:
            open_draft_check(self._context, draft)

    def _save_app(self) -> None:
        draft, original = self._read_draft(), self._original
        if draft is None:
            return

        def work(_job: Job) -> App:
            if self._app_id is None or original is None:
                return self._context.services.apps.add(draft)
            return self._context.services.apps.update(self._app_id, draft, original)

        def done(app: App) -> None:
            self.saved.emit(app)
            self.close_dialog()

        self._save.setEnabled(False)
        self._context.run_in_store(
            self, work, done, lambda problem: self._show_failure(problem, self._save_app)
        )

    def _remove_app(self) -> None:
        app_id = self._app_id
        if app_id is None:
            return

        def done(_nothing: object) -> None:
            self._context.snapshots.reload()
            self.close_dialog()

        self._context.run_in_store(
            self,
            lambda _job: self._context.services.apps.remove(app_id),
            done,
            lambda problem: self._show_failure(problem, self._remove_app),
        )

    def _show_failure(self, diagnosis: Diagnosis, again: Callable[[], None]) -> None:
        self._save.setEnabled(True)
        if not offer_unlock(self._context, diagnosis, again):
            self._problem.show_diagnosis(diagnosis)
