"""How a sign-in is to go: the kind of credentials, the way, and what else can be chosen."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from twauth_gui.domain.apps import App
from twauth_gui.domain.attempts import SignInMethod
from twauth_gui.domain.credential_kind import CredentialKind
from twauth_gui.domain.sign_in_options import SignInOptions
from twauth_gui.gui.oauth2.kind_choice import KindChoice
from twauth_gui.gui.oauth2.scopes_box import ScopesBox
from twauth_gui.gui.parts.option_list import OptionList
from twauth_gui.gui.parts.text import Text
from twauth_gui.gui.signin.options_box import OptionsBox
from twauth_gui.gui.signin.ways import sign_in_methods
from twauth_gui.gui.theme.measure import Type

_WAYS = "How to sign in"


class MethodPicker(QWidget):
    """Offers what goes with an app, once it is told which.

    Signals:
        way_changed: another way is chosen, maybe because the one before is not offered any more.
        opened: carries a widget that was folded away and is now to be seen.
    """

    way_changed = Signal()
    opened = Signal(QWidget)

    def __init__(self, kind: CredentialKind = CredentialKind.OAUTH1) -> None:
        super().__init__()
        self._app: App | None = None
        self._kind = KindChoice()
        self._kind.choose(kind)
        self._holder = QVBoxLayout()
        self._holder.setContentsMargins(0, 0, 0, 0)
        self._ways = OptionList(sign_in_methods(kind, None), _WAYS)
        self._options = OptionsBox()
        self._scopes = ScopesBox()
        self._build()
        self._show_ways()
        self._kind.changed.connect(self._show_ways)
        self._options.opened.connect(lambda: self.opened.emit(self._options))
        self._scopes.opened.connect(lambda: self.opened.emit(self._scopes.beginning))

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._kind)
        column.addSpacing(20)
        column.addWidget(Text(_WAYS, type=Type.SMALL, strong=True))
        column.addSpacing(8)
        self._holder.addWidget(self._ways)
        column.addLayout(self._holder)
        column.addSpacing(12)
        column.addWidget(self._options)
        column.addWidget(self._scopes)

    def show_app(self, app: App | None) -> None:
        """Offer what goes with this app."""
        self._app = app
        self._show_ways()

    def prefer(self, way: SignInMethod) -> None:
        """Choose a way, where it is offered."""
        if self._ways.offers(way.value):
            self._ways.select(way.value)

    @property
    def kind(self) -> CredentialKind:
        return self._kind.kind

    @property
    def method(self) -> SignInMethod:
        return SignInMethod(self._ways.selected())

    @property
    def options(self) -> SignInOptions:
        return self._options.options()

    @property
    def scopes(self) -> tuple[str, ...]:
        return self._scopes.scopes()

    def _show_ways(self) -> None:
        self._ways.hide()
        self._holder.removeWidget(self._ways)
        self._ways.deleteLater()
        self._ways = OptionList(sign_in_methods(self.kind, self._app), _WAYS)
        self._ways.changed.connect(self.way_changed)
        self._holder.addWidget(self._ways)
        self._options.setVisible(self.kind is CredentialKind.OAUTH1)
        self._scopes.setVisible(self.kind is CredentialKind.OAUTH2)
        self.way_changed.emit()
