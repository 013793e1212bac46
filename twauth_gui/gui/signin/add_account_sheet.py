"""The sheet in which a sign-in begins: which app, which handle, which way."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from twauth_gui.domain.accounts import Account
from twauth_gui.domain.apps import App, AppId
from twauth_gui.domain.attempts import SignInMethod
from twauth_gui.domain.credential_kind import CredentialKind
from twauth_gui.domain.handles import HandleError, clean_handle
from twauth_gui.gui.parts.buttons import primary_button, quiet_button
from twauth_gui.gui.parts.fields import FieldBlock, LineField
from twauth_gui.gui.parts.scroll_to import scroll_to
from twauth_gui.gui.parts.sheet import Dialog, DialogWidth
from twauth_gui.gui.signin.app_choice import AppChoice
from twauth_gui.gui.signin.how_box import MethodPicker
from twauth_gui.services.requests import SignInRequest

_BEGIN = {
    SignInMethod.BROWSER: "Open browser",
    SignInMethod.EMBEDDED: "Open the page here",
    SignInMethod.PIN: "Get the link",
    SignInMethod.LINK: "Get the message",
    SignInMethod.ADDRESS: "Get the link",
}
_HANDLE_HELP = "Compared with the account that comes back."


class AddAccountSheet(Dialog):
    """Chooses app, expected handle and way.

    Signals:
        chosen: carries the SignInRequest.
        check_wanted: look at the app first; carries its id.
        several_wanted: sign a list of accounts in instead; carries the app's id.
    """

    chosen = Signal(object)
    check_wanted = Signal(str)
    several_wanted = Signal(str)

    def __init__(
        self,
        apps: Sequence[App],
        *,
        app_id: AppId | None = None,
        again: Account | None = None,
        kind: CredentialKind = CredentialKind.OAUTH1,
    ) -> None:
        self._again = again is not None
        title = "Add an account" if again is None else f"Sign in {again.at_handle} again"
        super().__init__(title, width=DialogWidth.W640)
        self._app = AppChoice(apps, app_id)
        self._app.setEnabled(again is None)
        self._handle = LineField(prefix="@")
        if again is not None and again.is_handle_known:
            self._handle.setText(again.handle)
        self._app_block = FieldBlock("App", self._app)
        self._handle_block = FieldBlock("Expected handle", self._handle, _HANDLE_HELP)
        self._how = MethodPicker(kind)
        self._begin = primary_button("")
        self._build()
        self._how.way_changed.connect(self._way_changed)
        self._app_changed()
        if again is not None:
            self._how.prefer(again.method)
        self._app.currentIndexChanged.connect(self._app_changed)
        self._handle.textChanged.connect(self._judge)
        self._judge()

    def _build(self) -> None:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(24, 24, 24, 20)
        column.setSpacing(0)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self._app_block, 1)
        row.addWidget(self._handle_block, 1)
        column.addLayout(row)
        column.addSpacing(20)
        column.addWidget(self._how)
        self._how.opened.connect(scroll_to)
        self.set_body(body)
        self._build_foot()

    def _build_foot(self) -> None:
        several = quiet_button("Add several…", "list-plus")
        several.clicked.connect(self._several_pressed)
        self.add_left(several)
        several.setVisible(not self._again)
        check = quiet_button("Check this app", "stethoscope")
        check.clicked.connect(self._check_pressed)
        self.add_left(check)
        self._begin.clicked.connect(self._begin_pressed)
        self.add_choice(self._begin)
        self.set_initial_focus(self._handle)

    def _app_changed(self) -> None:
        app = self._app.app
        self._how.show_app(app)
        if app is not None:
            more = f", or one of {len(app.spare_callbacks)} more" if app.spare_callbacks else ""
            self._app_block.set_help(f"Returns to {app.callback}{more}")

    def _way_changed(self) -> None:
        self._begin.setText(_BEGIN[self._how.method])

    def _judge(self) -> None:
        try:
            clean_handle(self._handle.text())
        except HandleError as error:
            self._handle_block.set_error(str(error))
            self._begin.setEnabled(False)
            return
        self._handle_block.set_error("")
        self._begin.setEnabled(self._app.app is not None)

    def _several_pressed(self) -> None:
        app = self._app.app
        self.close_sheet()
        self.several_wanted.emit(app.id if app is not None else "")

    def _check_pressed(self) -> None:
        app = self._app.app
        if app is not None:
            self.check_wanted.emit(app.id)

    def _begin_pressed(self) -> None:
        app = self._app.app
        if app is None:
            return
        request = SignInRequest(
            app.id,
            self._how.method,
            clean_handle(self._handle.text()),
            self._how.options,
            kind=self._how.kind,
            scopes=self._how.scopes,
        )
        self.close_sheet()
        self.chosen.emit(request)
