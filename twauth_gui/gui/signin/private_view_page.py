"""The page with the private view and its address strip."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from twauth_gui.domain.credential_fields import CredentialKind
from twauth_gui.domain.health import Severity
from twauth_gui.domain.secret import Secret
from twauth_gui.gui.parts.accessibility import announce
from twauth_gui.gui.parts.badges import Badge, IconLabel
from twauth_gui.gui.parts.banner import Banner
from twauth_gui.gui.parts.buttons import IconButton
from twauth_gui.gui.parts.text import ElidedLabel, Text
from twauth_gui.gui.theme.metrics import TextStyle
from twauth_gui.gui.webview.availability import enable_screen_reader
from twauth_gui.gui.webview.page_notices import Origin, PageNotice, Protection, explain_blocked_host

if TYPE_CHECKING:
    from twauth_gui.gui.webview.private_view import PrivateView

_VIEW_HEIGHT = 420
# Always shown: the engine reports a passkey request only if a device answers it.
_LIMITS = "Passkeys, saved passwords and Google's sign-in do not work here. Your browser has them."
# One line as well: a second one would push the page's own button out of sight.
_LIMITS_OAUTH2 = (
    "No passkeys or Google's sign-in here. If the page fails without a reason, use your browser."
)
_PROTECTION_ICONS = {
    Protection.UNKNOWN: ("globe", "text-3"),
    Protection.PROTECTED: ("lock", "ok"),
    Protection.ON_THIS_COMPUTER: ("info", "text-3"),
    Protection.UNPROTECTED: ("lock-open", "bad"),
}


class PrivateViewPage(QWidget):
    """The private view, below a strip that shows which host its page comes from.

    Signals:
        response_received: carries the OAuth1Response or OAuth2Response.
        browser_requested: open the sign-in page in the system's browser.
        address_requested: open a foreign address in the system's browser; carries it.
    """

    response_received = Signal(object)
    browser_requested = Signal()
    address_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._view: PrivateView | None = None
        self._protection = IconLabel(*_PROTECTION_ICONS[Protection.UNKNOWN], 14)
        self._scheme = Text("", role="text-3")
        self._host = Text("", strong=True)
        self._path = ElidedLabel("", role="text-3")
        self._banner = Banner(Severity.ATTENTION, "")
        self._banner.hide()
        self._banner.pressed.connect(lambda: self._banner_action())
        self._banner_action: Callable[[], None] = self._open_again
        self._last_opened: tuple[Secret, str] | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self._build_strip())
        self._column.addWidget(self._banner)
        self._view_index = self._column.count()
        self._placeholder = QWidget()  # takes the view's room while there is none
        self._column.addWidget(self._placeholder, 1)
        self._limits = Text(_LIMITS, style=TextStyle.SMALL, role="text-2", wrap=True)
        self._column.addWidget(_note_row(self._limits))
        self.setMinimumHeight(_VIEW_HEIGHT)

    def _build_strip(self) -> QWidget:
        strip = QWidget()
        strip.setObjectName("originStrip")
        strip.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._reload = IconButton("rotate-cw", "Back to the start of the sign-in", icon_size=14)
        self._reload.clicked.connect(self._restart)
        browser = IconButton("external-link", "Open in the browser instead", icon_size=14)
        browser.clicked.connect(self.browser_requested)
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
        row.addWidget(browser)
        return strip

    def show_kind(self, kind: CredentialKind) -> None:
        """Say below the view what its page cannot do, for this kind of sign-in."""
        self._limits.setText(_LIMITS_OAUTH2 if kind is CredentialKind.OAUTH2 else _LIMITS)

    def open_view(self, url: Secret, callback: str) -> None:
        """Load the sign-in page, and with it the browser engine, which is not loaded before."""
        if QAccessible.isActive():
            enable_screen_reader(os.environ)
        from twauth_gui.gui.webview.private_view import PrivateView  # noqa: PLC0415 - loads Chromium

        self.close_view()
        self._last_opened = (url, callback)
        view = PrivateView(url, callback, self)
        view.response_received.connect(self.response_received)
        view.origin_changed.connect(self._show_origin)
        view.host_blocked.connect(self._show_foreign_address)
        view.problem_found.connect(self._show_problem)
        view.notice_given.connect(self._show_notice)
        view.dialogs_exceeded.connect(self._close_after_dialogs)
        view.expired.connect(self._close_after_timeout)
        self._view = view
        self._column.insertWidget(self._view_index, view, 1)
        self._placeholder.hide()
        view.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_view(self) -> None:
        """Close the view and forget everything in it."""
        view, self._view = self._view, None
        if view is not None:
            self._column.removeWidget(view)
            view.close_view()
            view.deleteLater()
        self._placeholder.show()
        self._banner.hide()

    @property
    def is_open(self) -> bool:
        return self._view is not None

    def _show_origin(self, origin: Origin) -> None:
        self._protection.set_icon(*_PROTECTION_ICONS[origin.protection])
        self._protection.setAccessibleName(origin.protection.value)
        self._protection.setToolTip(origin.protection.value)
        self._scheme.setText(origin.scheme)
        self._host.setText(origin.host)
        self._path.setText(origin.path)

    def _show_foreign_address(self, address: str) -> None:
        self._show_notice(explain_blocked_host(QUrl(address).host()), address)

    def _show_notice(self, notice: PageNotice, address: str = "") -> None:
        if notice.continues_in_browser:
            self._banner_action = self.browser_requested.emit
        else:
            self._banner_action = partial(self.address_requested.emit, address)
        self._show_banner(notice.title, notice.text, notice.button)

    def _close_after_timeout(self) -> None:
        self._close_with_reason("The page was open for 10 minutes")

    def _close_after_dialogs(self) -> None:
        self._close_with_reason("The page kept opening messages")

    def _close_with_reason(self, title: str) -> None:
        self.close_view()
        self._banner_action = self._open_again
        self._show_banner(title, "So it was closed.", "Open it again")
        self._banner.button.setFocus()

    def _restart(self) -> None:
        if self._view is not None:
            self._view.reload()
        else:
            self._open_again()

    def _open_again(self) -> None:
        if self._last_opened is not None:
            self.open_view(*self._last_opened)

    def _show_problem(self, text: str) -> None:
        self._show_banner(text, "", "")

    def _show_banner(self, title: str, text: str, button: str) -> None:
        self._banner.set_texts(title, text, button)
        self._banner.show()
        announce(self._banner, f"{title}. {text}")


def _note_row(text: Text) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(16, 8, 16, 8)
    row.setSpacing(8)
    row.addWidget(IconLabel("info", "text-3", 14), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(text, 1)
    return holder
