"""The page with the private view and its address strip."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from twauth_gui.domain.credential_kind import CredentialKind
from twauth_gui.domain.health import Severity
from twauth_gui.domain.secret import Secret
from twauth_gui.gui.parts.announce import announce
from twauth_gui.gui.parts.banner import Banner
from twauth_gui.gui.parts.icon_button import IconButton
from twauth_gui.gui.parts.icon_label import IconLabel
from twauth_gui.gui.parts.pill import Badge
from twauth_gui.gui.parts.text import ElidedLabel, Text
from twauth_gui.gui.theme.measure import Type
from twauth_gui.gui.webview.detours import Detour, detour_to
from twauth_gui.gui.webview.guard import tell_of_screen_reader
from twauth_gui.gui.webview.origin import Origin, Protection

if TYPE_CHECKING:
    from twauth_gui.gui.webview.view import PrivateView

_VIEW_HEIGHT = 420
# Always there: the engine tells of a passkey only where a device for one answers.
_LIMITS = "Passkeys, saved passwords and Google's sign-in do not work here. Your browser has them."
# One line as well: a second one would push the page's own button out of sight.
_LIMITS_OAUTH2 = (
    "No passkeys or Google's sign-in here. If the page fails without a reason, use your browser."
)
_ICONS = {
    Protection.UNKNOWN: ("globe", "text-3"),
    Protection.PROTECTED: ("lock", "ok"),
    Protection.ON_THIS_COMPUTER: ("info", "text-3"),
    Protection.UNPROTECTED: ("lock-open", "bad"),
}


class ViewPage(QWidget):
    """Shows where the page comes from, above the page itself.

    Signals:
        answered: carries the Answer.
        outside_wanted: open the sign-in page in the system's browser.
        elsewhere: open a foreign address in the system's browser; carries it.
    """

    answered = Signal(object)
    outside_wanted = Signal()
    elsewhere = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._view: PrivateView | None = None
        self._protection = IconLabel(*_ICONS[Protection.UNKNOWN], 14)
        self._scheme = Text("", role="text-3")
        self._host = Text("", strong=True)
        self._path = ElidedLabel("", role="text-3")
        self._trouble = Banner(Severity.ATTENTION, "")
        self._trouble.hide()
        self._trouble.pressed.connect(lambda: self._way_on())
        self._way_on: Callable[[], None] = self._open_again
        self._opened: tuple[Secret, str] | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self._strip())
        self._column.addWidget(self._trouble)
        self._view_place = self._column.count()
        self._room = QWidget()  # holds the view's place while there is none
        self._column.addWidget(self._room, 1)
        self._limits = Text(_LIMITS, type=Type.SMALL, role="text-2", wrap=True)
        self._column.addWidget(_note(self._limits))
        self.setMinimumHeight(_VIEW_HEIGHT)

    def _strip(self) -> QWidget:
        strip = QWidget()
        strip.setObjectName("originStrip")
        strip.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._reload = IconButton("rotate-cw", "Back to the start of the sign-in", icon_size=14)
        self._reload.clicked.connect(self._go_back)
        outside = IconButton("external-link", "Open in the browser instead", icon_size=14)
        outside.clicked.connect(self.outside_wanted)
        row = QHBoxLayout(strip)
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(0)
        row.addWidget(self._protection)
        row.addSpacing(8)
        row.addWidget(self._scheme)
        row.addWidget(self._host)
        row.addWidget(self._path, 1)
        row.addSpacing(8)
        row.addWidget(Badge("Private, forgotten afterwards"))
        row.addSpacing(4)
        row.addWidget(self._reload)
        row.addWidget(outside)
        return strip

    def show_kind(self, kind: CredentialKind) -> None:
        """Help with what the page of this kind of sign-in cannot say."""
        self._limits.setText(_LIMITS_OAUTH2 if kind is CredentialKind.OAUTH2 else _LIMITS)

    def open(self, url: Secret, callback: str) -> None:
        """Load the sign-in page; the browser engine is loaded now and not before."""
        if QAccessible.isActive():
            tell_of_screen_reader(os.environ)
        from twauth_gui.gui.webview.view import PrivateView  # noqa: PLC0415 - loads Chromium

        self.shut()
        self._opened = (url, callback)
        view = PrivateView(url, callback, self)
        view.answered.connect(self.answered)
        view.origin_changed.connect(self._show_origin)
        view.left.connect(self._show_elsewhere)
        view.trouble.connect(self._show_trouble)
        view.wanted.connect(self._show_detour)
        view.pestering.connect(self._pestered)
        view.expired.connect(self._expired)
        self._view = view
        self._column.insertWidget(self._view_place, view, 1)
        self._room.hide()
        view.setFocus(Qt.FocusReason.OtherFocusReason)

    def shut(self) -> None:
        """Forget the view and everything in it."""
        view, self._view = self._view, None
        if view is not None:
            self._column.removeWidget(view)
            view.dismantle()
            view.deleteLater()
        self._room.show()
        self._trouble.hide()

    @property
    def is_open(self) -> bool:
        return self._view is not None

    def _show_origin(self, origin: Origin) -> None:
        self._protection.set_icon(*_ICONS[origin.protection])
        self._protection.setAccessibleName(origin.protection.value)
        self._protection.setToolTip(origin.protection.value)
        self._scheme.setText(origin.scheme)
        self._host.setText(origin.host)
        self._path.setText(origin.path)

    def _show_elsewhere(self, address: str) -> None:
        self._show_detour(detour_to(QUrl(address).host()), address)

    def _show_detour(self, detour: Detour, address: str = "") -> None:
        if detour.carries_over:
            self._way_on = self.outside_wanted.emit
        else:
            self._way_on = partial(self.elsewhere.emit, address)
        self._tell(detour.title, detour.text, detour.button)

    def _expired(self) -> None:
        self._close("The page was open for 10 minutes")

    def _pestered(self) -> None:
        self._close("The page kept opening messages")

    def _close(self, title: str) -> None:
        self.shut()
        self._way_on = self._open_again
        self._tell(title, "So it was closed.", "Open it again")
        self._trouble.button.setFocus()

    def _go_back(self) -> None:
        if self._view is not None:
            self._view.reload()
        else:
            self._open_again()

    def _open_again(self) -> None:
        if self._opened is not None:
            self.open(*self._opened)

    def _show_trouble(self, text: str) -> None:
        self._tell(text, "", "")

    def _tell(self, title: str, text: str, button: str) -> None:
        self._trouble.set_texts(title, text, button)
        self._trouble.show()
        announce(self._trouble, f"{title}. {text}")


def _note(text: Text) -> QWidget:
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(16, 8, 16, 8)
    row.setSpacing(8)
    row.addWidget(IconLabel("info", "text-3", 14), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(text, 1)
    return line
