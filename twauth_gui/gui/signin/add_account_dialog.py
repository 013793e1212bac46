"""The dialog that starts a sign-in: app, expected handle, method."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from twauth_gui.domain.account_names import HandleError, parse_handle
from twauth_gui.domain.accounts import Account
from twauth_gui.domain.apps import AppId
from twauth_gui.domain.credential_fields import CredentialKind
from twauth_gui.domain.sign_in import SignInMethod
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.parts.accessibility import scroll_into_view
from twauth_gui.gui.parts.buttons import LinkButton, primary_button, quiet_button
from twauth_gui.gui.parts.dialog import Dialog, DialogWidth
from twauth_gui.gui.parts.fields import FieldBlock, LineField
from twauth_gui.gui.parts.responsive_row import ResponsiveRow
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.signin.method_picker import AppChoice, MethodPicker
from twauth_gui.gui.theme.metrics import TextStyle
from twauth_gui.services.sign_in_requests import SignInRequest

_BUTTON_TEXTS = {
    SignInMethod.BROWSER: "Open browser",
    SignInMethod.EMBEDDED: "Open the page here",
    SignInMethod.PIN: "Get the link",
    SignInMethod.LINK: "Get the message",
    SignInMethod.ADDRESS: "Get the link",
}
_MOST_SAMPLES = 3
_HANDLE_HELP = "Checked against the account that signs in."


class AddAccountDialog(Dialog):
    """Asks for the app, the expected handle and the sign-in method.

    Signals:
        chosen: start this sign-in; carries the SignInRequest.
        check_requested: check the app first; carries its id.
        batch_requested: sign in a list of accounts instead; carries the app's id.
    """

    chosen = Signal(object)
    check_requested = Signal(str)
    batch_requested = Signal(str)

    def __init__(
        self,
        context: AppContext,
        *,
        app_id: AppId | None = None,
        again: Account | None = None,
        kind: CredentialKind = CredentialKind.OAUTH1,
    ) -> None:
        self._is_again = again is not None
        title = "Add an account" if again is None else f"Sign in {again.at_handle} again"
        super().__init__(title, width=DialogWidth.W640)
        self._app = AppChoice(context.snapshots.current.apps.values(), app_id)
        self._app.setEnabled(again is None)
        self._handle = LineField(prefix="@")
        if again is not None and again.is_handle_known:
            self._handle.setText(again.handle)
        self._app_block = FieldBlock("App", self._app)
        self._handle_block = FieldBlock("Expected handle", self._handle, _HANDLE_HELP)
        self._method_picker = MethodPicker(context, kind)
        self._samples = _SampleHandles(context.services.sandbox.sample_handles[:_MOST_SAMPLES])
        self._samples.chosen.connect(self._handle.setText)
        self._start = primary_button("")
        self._build()
        self._method_picker.method_changed.connect(self._show_method)
        self._show_app()
        before = again or context.snapshots.current.last_sign_in
        if before is not None:
            self._method_picker.prefer(before.method)
        self._app.currentIndexChanged.connect(self._show_app)
        self._handle.textChanged.connect(self._validate)
        self._validate()

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
        column.addWidget(self._samples)
        column.addSpacing(20)
        column.addWidget(self._method_picker)
        self._method_picker.expanded.connect(scroll_into_view)
        self.set_body(body)
        self._build_footer()

    def _build_footer(self) -> None:
        batch = quiet_button("Add several…", "list-plus")
        batch.clicked.connect(self._add_several)
        self.add_left(batch)
        batch.setVisible(not self._is_again)
        check = quiet_button("Check this app", "stethoscope")
        check.clicked.connect(self._check_app)
        self.add_left(check)
        self._start.clicked.connect(self._start_sign_in)
        self.add_cancel_and(self._start)
        self.set_initial_focus(self._handle)

    def show_request(self, request: SignInRequest) -> None:
        """Fill in what a sign-in that failed was started with."""
        self._handle.setText(request.expected_handle)
        self._method_picker.prefer(request.method)

    def _show_app(self) -> None:
        app = self._app.app
        self._method_picker.show_app(app)
        self._samples.setVisible(app is not None and app.hosts.is_local and not self._is_again)
        if app is not None:
            more = f", or one of {len(app.spare_callbacks)} more" if app.spare_callbacks else ""
            self._app_block.set_help(f"Returns to {app.callback}{more}")

    def _show_method(self) -> None:
        self._start.setText(_BUTTON_TEXTS[self._method_picker.method])

    def _validate(self) -> None:
        try:
            parse_handle(self._handle.text())
        except HandleError as error:
            self._handle_block.set_error(str(error))
            self._start.setEnabled(False)
            return
        self._handle_block.set_error("")
        self._start.setEnabled(self._app.app is not None)

    def _add_several(self) -> None:
        app = self._app.app
        self.close_dialog()
        self.batch_requested.emit(app.id if app is not None else "")

    def _check_app(self) -> None:
        app = self._app.app
        if app is not None:
            self.check_requested.emit(app.id)

    def _start_sign_in(self) -> None:
        app = self._app.app
        if app is None:
            return
        request = SignInRequest(
            app.id,
            self._method_picker.method,
            parse_handle(self._handle.text()),
            self._method_picker.options,
            kind=self._method_picker.kind,
            scopes=self._method_picker.scopes,
        )
        self.close_dialog()
        self.chosen.emit(request)


class _SampleHandles(QWidget):
    """Handles of invented accounts to choose from; chosen carries one, without @."""

    chosen = Signal(str)

    def __init__(self, handles: Sequence[str]) -> None:
        super().__init__()
        heading = Text("Sample accounts", style=TextStyle.SMALL, role="text-3")
        links = [LinkButton(f"@{handle}") for handle in handles]
        for handle, link in zip(handles, links, strict=True):
            link.clicked.connect(partial(self.chosen.emit, handle))
        half = len(links) // 2
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        rows = _make_row(heading, *links[:half]), _make_row(*links[half:])
        column.addWidget(ResponsiveRow(*rows, spacing=12))


def _make_row(*parts: QWidget) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(12)
    for part in parts:
        row.addWidget(part)
    row.addStretch(1)
    return holder


# The dialogs that follow are imported when they are opened.


def open_add_account(
    context: AppContext,
    parent: QObject,
    app_id: AppId | None,
    *,
    again: Account | None = None,
    kind: CredentialKind = CredentialKind.OAUTH1,
    before: SignInRequest | None = None,
) -> None:
    """Ask for app, handle, kind and method, then start the sign-in.

    again: the account to sign in again; its app is fixed. before: the request of a sign-in that
    failed, to change and start once more.
    """

    def sign_in(request: SignInRequest) -> None:
        from twauth_gui.gui.signin.sign_in_controller import SignInController  # noqa: PLC0415 - see above

        def go_back() -> None:
            open_add_account(
                context, parent, request.app_id, again=again, kind=request.kind, before=request
            )

        SignInController(context, request, parent, go_back=go_back).start()

    def check(chosen: str) -> None:
        from twauth_gui.gui.apps.app_check_dialog import open_app_check  # noqa: PLC0415 - see above

        open_app_check(context, AppId(chosen))

    def start_batch(chosen: str) -> None:
        from twauth_gui.gui.signin.batch_sign_in import open_batch_sign_in  # noqa: PLC0415 - see above

        open_batch_sign_in(context, AppId(chosen), parent)

    dialog = AddAccountDialog(context, app_id=app_id, again=again, kind=kind)
    if before is not None:
        dialog.show_request(before)
    dialog.chosen.connect(sign_in)
    dialog.check_requested.connect(check)
    dialog.batch_requested.connect(start_batch)
    context.dialogs.open(dialog)
