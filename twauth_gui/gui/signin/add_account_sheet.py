"""The sheet in which a sign-in begins: which app, which handle, which way."""

from __future__ import annotations

import os
from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from twauth_gui.domain.accounts import Account
from twauth_gui.domain.apps import App, AppId
from twauth_gui.domain.attempts import Method
from twauth_gui.domain.callbacks import leads_here
from twauth_gui.domain.credential_kind import CredentialKind
from twauth_gui.domain.handles import HandleError, clean_handle
from twauth_gui.gui.oauth2.kind_choice import KindChoice
from twauth_gui.gui.oauth2.scopes_box import ScopesBox
from twauth_gui.gui.oauth2.ways import code_ways
from twauth_gui.gui.parts.buttons import primary_button, quiet_button, secondary_button
from twauth_gui.gui.parts.choices import ComboBox
from twauth_gui.gui.parts.fields import FieldBlock, LineField
from twauth_gui.gui.parts.option_list import Option, OptionList
from twauth_gui.gui.parts.sheet import Sheet, SheetWidth
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.signin.options_box import OptionsBox
from twauth_gui.gui.theme.measure import Type
from twauth_gui.gui.webview.guard import reason_against
from twauth_gui.services.requests import SignInRequest

_BEGIN = {
    Method.BROWSER: "Open browser",
    Method.EMBEDDED: "Open the page here",
    Method.PIN: "Get the link",
    Method.LINK: "Get the message",
    Method.ADDRESS: "Get the link",
}
_HANDLE_HELP = "Compared with the account that comes back."


def view_refused_because() -> str:
    """Say why the private view cannot be opened here; empty where it can."""
    geteuid = getattr(os, "geteuid", None)
    return reason_against(os.environ, root=geteuid is not None and geteuid() == 0)


class AddAccountSheet(Sheet):
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
        super().__init__(title, width=SheetWidth.W640)
        self._apps = {app.id: app for app in apps}
        self._app = ComboBox()
        for app in apps:
            self._app.addItem(app.label, app.id)
        if app_id is not None and app_id in self._apps:
            self._app.setCurrentIndex(list(self._apps).index(app_id))
        self._app.setEnabled(again is None)
        self._handle = LineField(prefix="@")
        self._handle.setText("" if again is None else again.handle)
        self._app_block = FieldBlock("App", self._app)
        self._handle_block = FieldBlock("Expected handle", self._handle, _HANDLE_HELP)
        self._ways_holder = QVBoxLayout()
        self._ways_holder.setContentsMargins(0, 0, 0, 0)
        self._ways: OptionList | None = None
        self._kind = KindChoice()
        self._kind.choose(kind)
        self._scopes = ScopesBox()
        self._options = OptionsBox()
        self._begin = primary_button(_BEGIN[Method.BROWSER])
        self._build()
        self._show_ways(None if again is None else again.method)
        self._app.currentIndexChanged.connect(lambda: self._show_ways(None))
        self._kind.changed.connect(lambda: self._show_ways(None))
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
        column.addWidget(self._kind)
        column.addSpacing(20)
        column.addWidget(Text("How to sign in", type=Type.SMALL, strong=True))
        column.addSpacing(8)
        column.addLayout(self._ways_holder)
        column.addSpacing(12)
        column.addWidget(self._options)
        column.addWidget(self._scopes)
        self._scopes.opened.connect(lambda: self.bring_into_view(self._scopes.beginning))
        self._options.opened.connect(lambda: self.bring_into_view(self._options))
        self.set_body(body)
        self._build_foot()

    def _build_foot(self) -> None:
        several = quiet_button("Add several…", "list-plus")
        several.clicked.connect(self._several_pressed)
        several.setVisible(not self._again)
        self.add_left(several)
        check = quiet_button("Check this app", "stethoscope")
        check.clicked.connect(self._check_pressed)
        self.add_left(check)
        cancel = secondary_button("Cancel")
        cancel.clicked.connect(self.dismiss)
        self.add_right(cancel)
        self.add_right(self._begin)
        self._begin.clicked.connect(self._begin_pressed)
        self.set_default(self._begin)
        self.set_initial_focus(self._handle)

    def _show_ways(self, wanted: Method | None) -> None:
        if self._ways is not None:
            self._ways.hide()
            self._ways_holder.removeWidget(self._ways)
            self._ways.deleteLater()
        app = self._chosen_app()
        local = any(map(leads_here, app.callbacks)) if app else False
        is_code = self._kind.kind is CredentialKind.OAUTH2
        fitting = code_ways if is_code else ways
        self._ways = OptionList(
            fitting(local=local, against=view_refused_because()), "How to sign in"
        )
        self._options.setVisible(not is_code)
        self._scopes.setVisible(is_code)
        self._ways.changed.connect(self._way_changed)
        self._ways_holder.addWidget(self._ways)
        if wanted is not None and self._ways.offers(wanted.value):
            self._ways.select(wanted.value)
        if app is not None:
            more = f", or one of {len(app.spare_callbacks)} more" if app.spare_callbacks else ""
            self._app_block.set_help(f"Returns to {app.callback}{more}")
        self._way_changed(self._ways.selected())

    def _chosen_app(self) -> App | None:
        chosen: object = self._app.currentData()
        return self._apps.get(AppId(chosen)) if isinstance(chosen, str) else None

    def _way_changed(self, key: str) -> None:
        self._begin.setText(_BEGIN[Method(key)])

    def _judge(self) -> None:
        try:
            clean_handle(self._handle.text())
        except HandleError as error:
            self._handle_block.set_error(str(error))
            self._begin.setEnabled(False)
            return
        self._handle_block.set_error("")
        self._begin.setEnabled(self._chosen_app() is not None)

    def _several_pressed(self) -> None:
        app = self._chosen_app()
        self.close_sheet()
        self.several_wanted.emit(app.id if app is not None else "")

    def _check_pressed(self) -> None:
        app = self._chosen_app()
        if app is not None:
            self.check_wanted.emit(app.id)

    def _begin_pressed(self) -> None:
        app = self._chosen_app()
        if app is None or self._ways is None:
            return
        request = SignInRequest(
            app.id,
            Method(self._ways.selected()),
            clean_handle(self._handle.text()),
            self._options.options(),
            kind=self._kind.kind,
            scopes=self._scopes.scopes(),
        )
        self.close_sheet()
        self.chosen.emit(request)


def ways(*, local: bool, against: str) -> list[Option]:
    """List the ways of a sign-in. local: whether the browser can come back to this computer."""
    browser = (
        "Opens the sign-in page and comes back by itself."
        if local
        else "The app's callback URL is not on this computer, so nothing could come back."
    )
    here = against or "A private view, forgotten afterwards. No passkeys, no saved passwords."
    return [
        Option(
            Method.BROWSER.value,
            "globe",
            "In your browser",
            browser,
            "Recommended" if local else "",
            enabled=local,
        ),
        Option(Method.EMBEDDED.value, "app-window", "In this window", here, enabled=not against),
        Option(
            Method.PIN.value,
            "hash",
            "With a PIN",
            "Approve on any device, then type the 7 digits here.",
        ),
        Option(
            Method.LINK.value,
            "send",
            "By link to the owner",
            "Someone else approves. Close the window and finish tomorrow.",
        ),
    ]
