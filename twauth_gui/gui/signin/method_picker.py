"""Pickers for the app, the kind of credentials, and the sign-in method."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from twauth_gui.domain.apps import App, AppId
from twauth_gui.domain.callback_urls import is_own_callback
from twauth_gui.domain.callbacks import ignore
from twauth_gui.domain.credential_fields import CredentialKind
from twauth_gui.domain.sign_in import SignInMethod, SignInOptions
from twauth_gui.gui.app_context import AppContext
from twauth_gui.gui.parts.buttons import LinkButton
from twauth_gui.gui.parts.choices import ComboBox
from twauth_gui.gui.parts.option_list import Option, OptionList
from twauth_gui.gui.parts.responsive_row import ResponsiveRow
from twauth_gui.gui.parts.segmented_control import SegmentedControl
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.signin.options_box import ScopesBox, SignInOptionsBox
from twauth_gui.gui.theme.metrics import S, TextStyle
from twauth_gui.gui.webview.availability import find_view_obstacle

if TYPE_CHECKING:
    from twauth_gui.services.export_service import OAuth2ClientFields


class AppChoice(ComboBox):
    """Drop-down list of the apps by label; app_id: the one to choose at first, if it is there."""

    def __init__(self, apps: Iterable[App], app_id: AppId | None) -> None:
        super().__init__()
        self._apps = {app.id: app for app in sorted(apps, key=lambda app: app.label.casefold())}
        for app in self._apps.values():
            self.addItem(app.label, app.id)
        if app_id is not None and app_id in self._apps:
            self.setCurrentIndex(list(self._apps).index(app_id))

    @property
    def app(self) -> App | None:
        chosen: object = self.currentData()
        return self._apps.get(AppId(chosen)) if isinstance(chosen, str) else None


_KIND_ADVICE = {
    CredentialKind.OAUTH1: "Lasts until it is revoked, and works with nearly every bot.",
    CredentialKind.OAUTH2: (
        "For chosen scopes only, renewed every two hours. Some calls of API version 2 need it."
    ),
}


_NO_CLIENT = "OAuth 2.0 needs the app's client ID, which is not stored here."


class KindChoice(QWidget):
    """Switch between OAuth 1.0a and OAuth 2.0, with a line of advice below.

    Signals:
        changed: another kind was chosen.
        client_requested: the client ID that is missing is to be added.
    """

    changed = Signal()
    client_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        kinds = [(kind.value, kind.label, "") for kind in CredentialKind]
        self._choice = SegmentedControl(kinds, "Kind of credentials")
        self._advice = Text("", style=TextStyle.SMALL, role="text-3", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(
            Text("Kind of credentials", style=TextStyle.SMALL, strong=True, heading=True)
        )
        column.addWidget(self._choice, alignment=Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._advice)
        self._missing = self._build_missing()
        column.addWidget(self._missing)
        self._choice.changed.connect(self._show_kind)
        self._show_kind()

    def _build_missing(self) -> QWidget:
        add = LinkButton("Add it")
        add.setAccessibleName("Add the client ID")
        add.clicked.connect(self.client_requested)
        words = Text(_NO_CLIENT, style=TextStyle.SMALL, role="text-3", wrap=True)
        row = ResponsiveRow(words, add, spacing=S, stretch=(0, 0), apart=True)
        policy = row.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # what is below must not move under the pointer
        row.setSizePolicy(policy)
        row.hide()
        return row

    def set_client(self, *, is_stored: bool) -> None:
        """Offer OAuth 2.0 if the app's client ID is stored, else say that it is missing."""
        self._choice.set_choice_enabled(CredentialKind.OAUTH2.value, enabled=is_stored)
        self._missing.setVisible(not is_stored)
        if not is_stored:
            self.choose(CredentialKind.OAUTH1)

    @property
    def kind(self) -> CredentialKind:
        return CredentialKind(self._choice.selected())

    def choose(self, kind: CredentialKind) -> None:
        self._choice.select(kind.value)

    def _show_kind(self) -> None:
        self._advice.setText(_KIND_ADVICE[self.kind])
        self.changed.emit()


def sign_in_methods(kind: CredentialKind, app: App | None) -> list[Option]:
    """Return the sign-in methods of this kind in their order; a disabled one says why."""
    manual = _OAUTH2_OPTIONS if kind is CredentialKind.OAUTH2 else _OAUTH1_OPTIONS
    return [_browser_option(app), _private_view_option(), *manual]


def can_return_to_browser(app: App) -> bool:
    """Whether the browser can bring the approval back to this computer."""
    return any(map(is_own_callback, app.callbacks))


def _browser_option(app: App | None) -> Option:
    returns = app is not None and can_return_to_browser(app)
    words = (
        "Opens the sign-in page and comes back by itself."
        if returns
        else "The browser could not return here: no callback URL of the app starts with http://127.0.0.1."
    )
    badge = "Recommended" if returns else ""
    return Option(
        SignInMethod.BROWSER.value, "globe", "In your browser", words, badge, enabled=returns
    )


def _private_view_option() -> Option:
    geteuid = getattr(os, "geteuid", None)
    obstacle = find_view_obstacle(os.environ, root=geteuid is not None and geteuid() == 0)
    words = obstacle or "A private view, forgotten afterwards. No passkeys, no saved passwords."
    return Option(
        SignInMethod.EMBEDDED.value, "app-window", "In this window", words, enabled=not obstacle
    )


_OAUTH1_OPTIONS = (
    Option(
        SignInMethod.PIN.value,
        "hash",
        "With a PIN",
        "Approve on any device, then type the 7 digits here.",
    ),
    Option(
        SignInMethod.LINK.value,
        "send",
        "By link to the owner",
        "Someone else approves. Close the window and finish tomorrow.",
    ),
)
_OAUTH2_OPTIONS = (
    Option(
        SignInMethod.ADDRESS.value,
        "link",
        "In any browser",
        "Approve on any device, then paste the address it ends on, within 30 seconds.",
    ),
)


_METHODS_LABEL = "How to sign in"


class MethodPicker(QWidget):
    """Kind of credentials, sign-in method and options, as far as the chosen app allows them.

    Signals:
        method_changed: another method is chosen, perhaps because the last one is not offered now.
        expanded: carries a widget that was folded away and should now be visible.
    """

    method_changed = Signal()
    expanded = Signal(QWidget)

    def __init__(self, context: AppContext, kind: CredentialKind = CredentialKind.OAUTH1) -> None:
        super().__init__()
        self._context = context
        self._app: App | None = None
        self._preferred: SignInMethod | None = None
        self._kind = KindChoice()
        self._kind.choose(kind)
        self._holder = QVBoxLayout()
        self._holder.setContentsMargins(0, 0, 0, 0)
        self._methods = OptionList(sign_in_methods(kind, None), _METHODS_LABEL)
        self._options = SignInOptionsBox()
        self._scopes = ScopesBox()
        self._build()
        self._show_methods()
        self._kind.changed.connect(self._show_methods)
        self._kind.client_requested.connect(self._add_client)
        context.snapshots.changed.connect(self._note_change)
        self._options.opened.connect(lambda: self.expanded.emit(self._options))
        self._scopes.opened.connect(lambda: self.expanded.emit(self._scopes.first_row))

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._kind)
        column.addSpacing(20)
        column.addWidget(Text(_METHODS_LABEL, style=TextStyle.SMALL, strong=True, heading=True))
        column.addSpacing(8)
        self._holder.addWidget(self._methods)
        column.addLayout(self._holder)
        column.addSpacing(12)
        column.addWidget(self._options)
        column.addWidget(self._scopes)

    def show_app(self, app: App | None) -> None:
        """Offer the methods that work with this app."""
        self._app = app
        self._show_methods()
        self._read_client()

    def prefer(self, method: SignInMethod) -> None:
        """Choose this method where it is offered, until another one is chosen."""
        self._preferred = method
        if self._methods.has_enabled(method.value):
            self._methods.select(method.value)

    def _read_client(self) -> None:
        """Read from the keychain whether the app has an OAuth 2.0 client."""
        app = self._app
        if app is None:
            return
        exporter = self._context.services.exporter

        def done(clients: Mapping[AppId, OAuth2ClientFields]) -> None:
            if self._app is app:
                self._kind.set_client(is_stored=clients[app.id].has_id)

        # A keychain that refuses is reported when the sign-in reads the keys.
        _ = self._context.run_in_store(
            self, lambda _job: exporter.find_oauth2_clients([app.id]), done, ignore
        )

    def _note_change(self) -> None:
        """Look at an app again that was changed meanwhile: it may have got a client."""
        changed = self._context.snapshots.current.apps.get(self._app.id) if self._app else None
        if changed is not None and changed != self._app:
            self._app = changed
            self._read_client()

    def _add_client(self) -> None:
        if self._app is not None:
            self._context.window.edit_app(self._app.id)

    @property
    def kind(self) -> CredentialKind:
        return self._kind.kind

    @property
    def method(self) -> SignInMethod:
        return SignInMethod(self._methods.selected())

    @property
    def options(self) -> SignInOptions:
        return self._options.options()

    @property
    def scopes(self) -> tuple[str, ...]:
        return self._scopes.scopes()

    def _note_method(self, method: str) -> None:
        self._preferred = SignInMethod(method)
        self.method_changed.emit()

    def _show_methods(self) -> None:
        self._methods.hide()
        self._holder.removeWidget(self._methods)
        self._methods.deleteLater()
        self._methods = OptionList(sign_in_methods(self.kind, self._app), _METHODS_LABEL)
        if self._preferred is not None:
            self.prefer(self._preferred)
        self._methods.changed.connect(self._note_method)
        self._holder.addWidget(self._methods)
        self._options.setVisible(self.kind is CredentialKind.OAUTH1)
        self._scopes.setVisible(self.kind is CredentialKind.OAUTH2)
        self.method_changed.emit()
