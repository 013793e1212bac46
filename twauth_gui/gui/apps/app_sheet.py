"""The sheet that adds or changes a developer app."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout

from twauth_gui.domain.addresses import CONSOLE
from twauth_gui.domain.apps import DEFAULT_CALLBACK, App, AppId
from twauth_gui.domain.diagnosis import Diagnosis
from twauth_gui.domain.hosts import X_API, HostNotAllowedError, Hosts
from twauth_gui.gui.apps.callback_fields import CallbackFields
from twauth_gui.gui.apps.key_fields import KeyFields
from twauth_gui.gui.desk import AppContext
from twauth_gui.gui.oauth2.bearer_box import BearerBox
from twauth_gui.gui.parts.buttons import primary_button, quiet_button, secondary_button
from twauth_gui.gui.parts.fields import FieldBlock, LineField
from twauth_gui.gui.parts.sheet import Dialog, DialogWidth
from twauth_gui.gui.parts.sheet_page import sheet_page
from twauth_gui.gui.problem import ProblemLine
from twauth_gui.gui.tasks import Job
from twauth_gui.gui.theme.measure import L
from twauth_gui.gui.vault.doors import offers_unlock
from twauth_gui.services.apps import AppDraft


class AppSheet(Dialog):
    """Label, keys, callback URL and API host of one app.

    Signals:
        saved: carries the App.
    """

    saved = Signal(object)

    def __init__(self, desk: AppContext, app_id: AppId | None = None) -> None:
        title = "Change app" if app_id else "Add an app"
        super().__init__(title, width=DialogWidth.W640)
        self._desk = desk
        self._app_id = app_id
        self._seen: AppDraft | None = None
        self._label = LineField("My app")
        self._keys = KeyFields()
        self._callbacks = CallbackFields()
        self._callbacks.set_callbacks((DEFAULT_CALLBACK,))
        self._host = LineField(X_API)
        self._host.setText(X_API)
        self._host_block = FieldBlock("API host", self._host, "X itself, or a sandbox.")
        self._bearer = None if app_id is None else BearerBox(desk, app_id)
        self._problem = ProblemLine()
        self._save = primary_button("Save app")
        self._build()
        self._keys.changed.connect(self._judge)
        self._callbacks.changed.connect(self._judge)
        self._callbacks.copy_wanted.connect(desk.clipboard.put_plain)
        self._callbacks.console_wanted.connect(lambda: desk.window.open_address(CONSOLE))
        self._host.textChanged.connect(self._judge)
        self._judge()

    def _build(self) -> None:
        body, column = sheet_page(L)
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(FieldBlock("Name in this window", self._label), 1)
        paste = secondary_button("Paste keys", "clipboard-paste")
        paste.setToolTip("Any shape works: two lines, a .env file, JSON")
        paste.clicked.connect(lambda: self.paste(self._desk.clipboard.read_text()))
        head.addWidget(paste, alignment=Qt.AlignmentFlag.AlignBottom)
        column.addLayout(head)
        column.addWidget(self._keys)
        if self._bearer is not None:
            self._bearer.got.connect(self._keys.set_bearer)
            column.addWidget(self._bearer)
        column.addWidget(self._callbacks)
        column.addWidget(self._host_block)
        column.addWidget(self._problem)
        self.set_body(body)
        self._build_foot()

    def _build_foot(self) -> None:
        if self._app_id is not None:
            remove = quiet_button("Remove app")
            remove.clicked.connect(self._remove)
            self.add_left(remove)
        self._check = quiet_button("Check this app", "stethoscope")
        self._check.clicked.connect(self._check_pressed)
        self.add_left(self._check)
        self._save.clicked.connect(self._save_pressed)
        self.add_choice(self._save)
        self.set_initial_focus(self._keys.first)

    def paste(self, text: str) -> None:
        """Sort a pasted text into the fields."""
        if text.strip():
            self._keys.paste(text)

    def fill(self, draft: AppDraft) -> None:
        """Show an app that exists already."""
        self._seen = draft
        self._label.setText(draft.label)
        self._keys.fill(draft.keys)
        if self._bearer is not None:
            self._bearer.show_kept(kept=draft.keys.bearer_token is not None)
        self._callbacks.set_callbacks((draft.callback, *draft.spare_callbacks))
        self._host.setText(draft.hosts.api)

    def _draft(self) -> AppDraft | None:
        keys = self._keys.keys()
        callbacks, hosts = self._callbacks.callbacks(), self._checked_host()
        if keys is None or callbacks is None or hosts is None:
            return None
        return AppDraft(self._label.text(), keys, callbacks[0], hosts, callbacks[1:])

    def _checked_host(self) -> Hosts | None:
        try:
            hosts = Hosts.at(self._host.text() or X_API)
        except HostNotAllowedError as error:
            self._host_block.set_error(str(error))
            return None
        self._host_block.set_error("")
        return hosts

    def _judge(self) -> None:
        self._problem.clear()
        complete = self._draft() is not None
        self._save.setEnabled(complete)
        self._check.setEnabled(complete)

    def _check_pressed(self) -> None:
        from twauth_gui.gui.apps.check_sheet import open_draft_check  # noqa: PLC0415 - when asked

        draft = self._draft()
        if draft is not None:
            open_draft_check(self._desk, draft)

    def _save_pressed(self) -> None:
        draft, seen = self._draft(), self._seen
        if draft is None:
            return

        def work(_job: Job) -> App:
            if self._app_id is None or seen is None:
                return self._desk.services.apps.add(draft)
            return self._desk.services.apps.change(self._app_id, draft, seen)

        def done(app: App) -> None:
            self.saved.emit(app)
            self.close_sheet()

        self._save.setEnabled(False)
        self._desk.in_store(self, work, done, lambda why: self._failed(why, self._save_pressed))

    def _remove(self) -> None:
        app_id = self._app_id
        if app_id is None:
            return

        def done(_nothing: object) -> None:
            self._desk.library.reload()
            self.close_sheet()

        self._desk.in_store(
            self,
            lambda _job: self._desk.services.apps.remove(app_id),
            done,
            lambda why: self._failed(why, self._remove),
        )

    def _failed(self, diagnosis: Diagnosis, again: Callable[[], None]) -> None:
        self._save.setEnabled(True)
        if not offers_unlock(self._desk, diagnosis, again):
            self._problem.show_diagnosis(diagnosis)
