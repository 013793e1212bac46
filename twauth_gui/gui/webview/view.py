"""A browser view for one sign-in, forgotten afterwards."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QChildEvent, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWebEngineCore import QWebEngineProfile
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget
from typing_extensions import override

from twauth_gui.domain.answer import CallbackResponseError
from twauth_gui.domain.answers import read_address
from twauth_gui.domain.secret import Secret
from twauth_gui.gui.webview.detours import Detour
from twauth_gui.gui.webview.origin import origin_of
from twauth_gui.gui.webview.page import CallbackGate, PrivatePage, refuse_download

_SETTLE_MS = 120
OPEN_MS = 10 * 60 * 1000
"""A page that nobody goes on with is not left standing with somebody's log-in in it."""


class _View(QWebEngineView):
    """Closes the dialogs that the engine opens by itself, as it does for a colour."""

    @override
    def childEvent(self, event: QChildEvent) -> None:
        super().childEvent(event)
        if event.added():
            QTimer.singleShot(0, self, self._close_dialogs)  # once it is whole

    def _close_dialogs(self) -> None:
        for dialog in self.findChildren(QDialog):
            dialog.reject()


class PrivateView(QWidget):
    """Holds an off-the-record profile, its page and its view, and takes them down in that order.

    Signals:
        answered: the page came back; carries the Answer.
        origin_changed: what the address strip shows; carries the Origin.
        wanted: the page wants what this view does not do; carries the Detour.
        left: the page wants to go elsewhere; carries the address as text.
        trouble: something a person must know; carries a sentence.
        pestering: the page opened one dialog after the other.
        expired: it was open for as long as it may be.
    """

    answered = Signal(object)
    origin_changed = Signal(object)
    wanted = Signal(object)
    left = Signal(str)
    trouble = Signal(str)
    pestering = Signal()
    expired = Signal()

    def __init__(self, url: Secret, callback: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._start = QUrl(url.reveal())
        self._answered = False
        self._explained = False
        self._loaded = False
        self._profile = QWebEngineProfile(self)
        # Held here: the profile does not keep it alive, and without it an image or a fetch would
        # carry the verifier out.
        self._gate = CallbackGate(QUrl(callback), self._profile)
        self._profile.setUrlRequestInterceptor(self._gate)
        self._profile.downloadRequested.connect(refuse_download)
        self._page = PrivatePage(self._profile, QUrl(callback), self._start)
        self._view = _View(self)
        self._view.setPage(self._page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._view)
        self.setFocusProxy(self._view)
        self._connect()
        self._start_clocks()

    def _connect(self) -> None:
        # Queued: none of what follows may take the engine down from inside its own call.
        queued = Qt.ConnectionType.QueuedConnection
        page = self._page
        self._gate.arrived.connect(self._arrived, queued)
        page.arrived.connect(self._arrived, queued)
        page.left.connect(self._left, queued)
        page.unprotected.connect(self._unprotected, queued)
        page.broken.connect(self._broken, queued)
        page.proxy_asked.connect(self._proxy_asked, queued)
        page.wanted.connect(self._want, queued)
        page.pestering.connect(self.pestering, queued)
        page.renderProcessTerminated.connect(self._stopped, queued)
        page.loadStarted.connect(self._load_started, queued)
        page.loadFinished.connect(self._load_finished, queued)
        page.urlChanged.connect(self._show_origin, queued)

    def _start_clocks(self) -> None:
        # Loaded once the view has its final size: a page that scrolls to its first field while
        # it is still low stays scrolled when it grows.
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(_SETTLE_MS)
        self._settled.timeout.connect(self.reload)
        self._settled.start()

        self._end = QTimer(self)
        self._end.setSingleShot(True)
        self._end.setInterval(OPEN_MS)
        self._end.timeout.connect(self.expired, Qt.ConnectionType.QueuedConnection)
        self._end.start()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._settled.isActive():
            self._settled.start()

    def reload(self) -> None:
        """Go back to the page where the sign-in starts."""
        self._page.setUrl(self._start)

    def _arrived(self, address: QUrl) -> None:
        if self._answered:
            return
        try:
            answer = read_address(address.toString(QUrl.ComponentFormattingOption.FullyEncoded))
        except CallbackResponseError:
            self.trouble.emit("The page came back without an answer. Start again.")
            return
        self._answered = True
        self.answered.emit(answer)

    def _show_origin(self, url: QUrl) -> None:
        self.origin_changed.emit(origin_of(url, loaded=self._loaded))

    def _left(self, address: QUrl) -> None:
        self._explained = True
        self.left.emit(address.toString())

    def _want(self, detour: Detour) -> None:
        self._explained = True
        self.wanted.emit(detour)

    def _explain(self, text: str) -> None:
        if not self._answered:
            self._explained = True
            self.trouble.emit(text)

    def _unprotected(self, host: str) -> None:
        self._explain(f"The page wants to go on to {host} without encryption. It was not opened.")

    def _broken(self, host: str) -> None:
        self._explain(f"The certificate of {host} cannot be trusted, so it was not opened.")

    def _proxy_asked(self) -> None:
        if not self._explained:
            self._explain("The proxy asks for a name and a password. Your browser may have them.")

    def _stopped(self) -> None:
        self._explain("The page stopped working. Go back to the start of the sign-in.")

    def _load_started(self) -> None:
        self._explained = self._loaded = False
        self._show_origin(self._page.url())

    def _load_finished(self, ok: bool) -> None:  # noqa: FBT001 - the signature of the signal
        self._loaded = ok
        self._show_origin(self._page.url())
        if not ok and not self._explained:
            self._explain("The page could not be loaded. Look at the network, then reload.")

    def dismantle(self) -> None:
        """End view, page, profile, in this order: otherwise the engine crashes at exit."""
        for part in (self._view, self._page, self._profile):
            if shiboken6.isValid(part):
                shiboken6.delete(part)
