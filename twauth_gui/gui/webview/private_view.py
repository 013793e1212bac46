"""The private browser view of one sign-in; loads the browser engine."""

from __future__ import annotations

from collections.abc import Sequence

import shiboken6
from PySide6.QtCore import QChildEvent, QCoreApplication, QObject, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtNetwork import QAuthenticator
from PySide6.QtWebEngineCore import (
    QWebEngineCertificateError,
    QWebEngineDownloadRequest,
    QWebEnginePage,
    QWebEnginePermission,
    QWebEngineProfile,
    QWebEngineSettings,
    QWebEngineUrlRequestInfo,
    QWebEngineUrlRequestInterceptor,
    QWebEngineWebAuthUxRequest,
)
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget
from typing_extensions import override

from twauth_gui.domain.callback_response import CallbackResponseError, parse_redirect_url
from twauth_gui.domain.hosts import is_loopback
from twauth_gui.domain.secret import Secret
from twauth_gui.gui.webview.page_notices import (
    FILE_NOTICE,
    PASSKEY_NOTICE,
    PageNotice,
    parse_origin,
    quote_message,
    quote_question,
)

_X_HOSTS = frozenset({"x.com", "api.x.com", "twitter.com", "api.twitter.com"})

_DISABLED_ATTRIBUTES = (
    QWebEngineSettings.WebAttribute.LocalContentCanAccessFileUrls,
    QWebEngineSettings.WebAttribute.LocalContentCanAccessRemoteUrls,
    QWebEngineSettings.WebAttribute.JavascriptCanAccessClipboard,
    QWebEngineSettings.WebAttribute.JavascriptCanPaste,
    QWebEngineSettings.WebAttribute.JavascriptCanOpenWindows,
    QWebEngineSettings.WebAttribute.PluginsEnabled,
    QWebEngineSettings.WebAttribute.ScreenCaptureEnabled,
    QWebEngineSettings.WebAttribute.HyperlinkAuditingEnabled,
    QWebEngineSettings.WebAttribute.DnsPrefetchEnabled,
    QWebEngineSettings.WebAttribute.FullScreenSupportEnabled,
    QWebEngineSettings.WebAttribute.AllowRunningInsecureContent,
)
_LOCAL_SCHEMES = frozenset({"about", "data", "blob"})
_HTTP_SCHEMES = {"ws": "http", "wss": "https"}
"""A WebSocket begins as a request to the same server (RFC 6455, section 1.3)."""
_LEAVE_QUESTION = (
    "Are you sure you want to leave this page? Changes that you made may not be saved."
)
"""Qt's own text, the only way to tell it from a question of the page."""
_MAX_DIALOGS = 5
_MAX_TEXT_LENGTH = 200


def is_callback(url: QUrl, callback: QUrl) -> bool:
    """Whether url is the callback, with any query, and also as the address of a WebSocket."""
    default = {"https": 443, "http": 80}.get(callback.scheme(), -1)
    return (
        _HTTP_SCHEMES.get(url.scheme(), url.scheme()) == callback.scheme()
        and url.host() == callback.host()
        and url.port(default) == callback.port(default)
        and (url.path() or "/") == (callback.path() or "/")
    )


def is_protected(url: QUrl) -> bool:
    """Whether the page cannot be read or changed on its way through the network."""
    return url.scheme() == "https" or (url.scheme() == "http" and is_loopback(url.host()))


class CallbackInterceptor(QWebEngineUrlRequestInterceptor):
    """Stops every request to the callback address, also one from an image or a frame.

    Signals:
        callback_reached: carries the whole address that was stopped.
    """

    callback_reached = Signal(QUrl)

    def __init__(self, callback: QUrl, parent: QObject) -> None:
        super().__init__(parent)
        self._callback = callback

    @override
    def interceptRequest(self, info: QWebEngineUrlRequestInfo) -> None:
        if is_callback(info.requestUrl(), self._callback):
            info.block(True)
            if info.resourceType() == QWebEngineUrlRequestInfo.ResourceType.ResourceTypeMainFrame:
                self.callback_reached.emit(info.requestUrl())


class PopupPage(QWebEnginePage):
    """Stand-in for a window that a page opens: reports its address, and loads nothing.

    Signals:
        address_found: carries the address.
    """

    address_found = Signal(QUrl)

    @override
    def acceptNavigationRequest(
        self, url: QUrl | str, type: QWebEnginePage.NavigationType, isMainFrame: bool
    ) -> bool:
        self.address_found.emit(QUrl(url))
        return False


class PrivatePage(QWebEnginePage):
    """Shows the sign-in page and nothing else.

    Dialogs of scripts are answered here and at once. The engine's own wait in an event loop inside
    the engine's call, and the process ends in a crash if the page goes meanwhile.

    Signals:
        callback_reached: the page goes to the callback; the address never left the computer.
        host_blocked: the page may not go to a host that has no part in signing in; carries the
            address.
        plain_http_blocked: the page may not go on over plain http; carries the host.
        certificate_refused: carries the host.
        notice_given: the page asked for something that the view refuses; carries the PageNotice.
        dialogs_exceeded: the page opened more dialogs than are shown.
        proxy_refused: the proxy asked for a name and a password, and got none.
    """

    callback_reached = Signal(QUrl)
    host_blocked = Signal(QUrl)
    plain_http_blocked = Signal(str)
    certificate_refused = Signal(str)
    notice_given = Signal(object)
    dialogs_exceeded = Signal()
    proxy_refused = Signal()

    def __init__(self, profile: QWebEngineProfile, callback: QUrl, home: QUrl) -> None:
        super().__init__(profile)
        self._callback = callback
        self._hosts = _X_HOSTS | {home.host()}
        self._dialogs = 0
        for attribute in _DISABLED_ATTRIBUTES:
            self.settings().setAttribute(attribute, False)
        self.certificateError.connect(self._refuse_certificate)
        self.permissionRequested.connect(_refuse_permission)
        self.webAuthUxRequested.connect(self._refuse_passkey)
        self.proxyAuthenticationRequired.connect(self._refuse_proxy)

    @override
    def acceptNavigationRequest(
        self, url: QUrl | str, type: QWebEnginePage.NavigationType, isMainFrame: bool
    ) -> bool:
        target = QUrl(url)
        if is_callback(target, self._callback):
            if isMainFrame:
                self.callback_reached.emit(target)
            return False
        if not isMainFrame:
            return is_protected(target) or target.scheme() in _LOCAL_SCHEMES
        if target.scheme() not in {"https", "http"} or target.host() not in self._hosts:
            self.host_blocked.emit(target)
            return False
        if not is_protected(target):
            self.plain_http_blocked.emit(target.host())
            return False
        return True

    @override
    def javaScriptAlert(self, securityOrigin: QUrl | str, msg: str) -> None:
        self._give_notice(quote_message(_host(securityOrigin), _one_line(msg)))

    @override
    def javaScriptConfirm(self, securityOrigin: QUrl | str, msg: str) -> bool:
        if msg == QCoreApplication.translate("QWebEnginePage", _LEAVE_QUESTION):
            return True  # the engine's own question: the page may be left
        self._give_notice(quote_question(_host(securityOrigin), _one_line(msg)))
        return False

    @override
    def javaScriptPrompt(
        self, securityOrigin: QUrl | str, msg: str, defaultValue: str
    ) -> tuple[bool, str]:
        self._give_notice(quote_question(_host(securityOrigin), _one_line(msg)))
        return False, ""

    @override
    def javaScriptConsoleMessage(
        self,
        level: QWebEnginePage.JavaScriptConsoleMessageLevel,
        message: str,
        lineNumber: int,
        sourceID: str,
    ) -> None:
        """Keep the page's console out of Twauth's log: it may hold the page's address."""

    @override
    def chooseFiles(
        self,
        mode: QWebEnginePage.FileSelectionMode,
        oldFiles: Sequence[str],
        acceptedMimeTypes: Sequence[str],
    ) -> list[str]:
        self._give_notice(FILE_NOTICE)
        return []

    def _give_notice(self, notice: PageNotice) -> None:
        """Report one more dialog; beyond the limit report once that there are too many."""
        self._dialogs += 1
        if self._dialogs <= _MAX_DIALOGS:
            self.notice_given.emit(notice)
        elif self._dialogs == _MAX_DIALOGS + 1:
            self.dialogs_exceeded.emit()

    @override
    def createWindow(self, type: QWebEnginePage.WebWindowType) -> QWebEnginePage | None:  # type: ignore[override]
        """Open no window, and report the address that it would have loaded."""
        catcher = PopupPage(self.profile(), self)
        catcher.address_found.connect(self._report_popup)
        return catcher

    def _report_popup(self, url: QUrl) -> None:
        if url.scheme() in {"https", "http"} and not is_callback(url, self._callback):
            self.host_blocked.emit(url)

    def _refuse_passkey(self, request: QWebEngineWebAuthUxRequest) -> None:
        request.cancel()
        self.notice_given.emit(PASSKEY_NOTICE)

    def _refuse_proxy(self, _url: QUrl, _answer: QAuthenticator, _proxy: str) -> None:
        self.proxy_refused.emit()

    def _refuse_certificate(self, error: QWebEngineCertificateError) -> None:
        error.rejectCertificate()
        self.certificate_refused.emit(error.url().host())


def _host(origin: QUrl | str) -> str:
    return QUrl(origin).host()


def _one_line(text: str) -> str:
    """Return a page's text without line breaks, or marks that change its direction."""
    flat = " ".join("".join(one if one.isprintable() else " " for one in text).split())
    return flat if len(flat) <= _MAX_TEXT_LENGTH else f"{flat[: _MAX_TEXT_LENGTH - 1]}…"


def _refuse_permission(permission: QWebEnginePermission) -> None:
    permission.deny()


def refuse_download(download: QWebEngineDownloadRequest) -> None:
    """Cancel a download: a sign-in needs none."""
    download.cancel()


_SETTLE_MS = 120
MAX_OPEN_MS = 10 * 60 * 1000
"""An abandoned page does not stay open with a log-in in it."""


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
    """Widget with an off-the-record profile, its page and its view.

    Signals:
        response_received: the page came to the callback; carries an OAuth1Response or
            OAuth2Response.
        origin_changed: carries the Origin for the address strip.
        notice_given: the page asked for something that the view refuses; carries the PageNotice.
        host_blocked: the page may not go to another host; carries the address as text.
        problem_found: carries a sentence for the user.
        dialogs_exceeded: the page opened one dialog after the other.
        expired: the view was open for MAX_OPEN_MS.
    """

    response_received = Signal(object)
    origin_changed = Signal(object)
    notice_given = Signal(object)
    host_blocked = Signal(str)
    problem_found = Signal(str)
    dialogs_exceeded = Signal()
    expired = Signal()

    def __init__(self, url: Secret, callback: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._start = QUrl(url.reveal())
        self._is_done = False
        self._explained = False
        self._loaded = False
        self._profile = QWebEngineProfile(self)
        # Held here: the profile does not keep it alive, and without it an image or a fetch would
        # carry the verifier out.
        self._gate = CallbackInterceptor(QUrl(callback), self._profile)
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
        self._start_timers()

    def _connect(self) -> None:
        # Queued: none of what follows may take the engine down from inside its own call.
        queued = Qt.ConnectionType.QueuedConnection
        page = self._page
        self._gate.callback_reached.connect(self._handle_callback, queued)
        page.callback_reached.connect(self._handle_callback, queued)
        page.host_blocked.connect(self._report_foreign_address, queued)
        page.plain_http_blocked.connect(self._explain_unprotected, queued)
        page.certificate_refused.connect(self._explain_certificate, queued)
        page.proxy_refused.connect(self._explain_proxy, queued)
        page.notice_given.connect(self._give_notice, queued)
        page.dialogs_exceeded.connect(self.dialogs_exceeded, queued)
        page.renderProcessTerminated.connect(self._explain_stop, queued)
        page.loadStarted.connect(self._handle_load_start, queued)
        page.loadFinished.connect(self._handle_load_end, queued)
        page.urlChanged.connect(self._show_origin, queued)

    def _start_timers(self) -> None:
        # Loaded once the view has its final size: a page that scrolls to its first field while
        # it is still low stays scrolled when it grows.
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(_SETTLE_MS)
        self._settled.timeout.connect(self.reload)
        self._settled.start()

        self._end = QTimer(self)
        self._end.setSingleShot(True)
        self._end.setInterval(MAX_OPEN_MS)
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

    def _handle_callback(self, address: QUrl) -> None:
        if self._is_done:
            return
        try:
            response = parse_redirect_url(
                address.toString(QUrl.ComponentFormattingOption.FullyEncoded)
            )
        except CallbackResponseError:
            self.problem_found.emit("The page came back without a response from X. Start again.")
            return
        self._is_done = True
        self.response_received.emit(response)

    def _show_origin(self, url: QUrl) -> None:
        self.origin_changed.emit(parse_origin(url, loaded=self._loaded))

    def _report_foreign_address(self, address: QUrl) -> None:
        self._explained = True
        self.host_blocked.emit(address.toString())

    def _give_notice(self, notice: PageNotice) -> None:
        self._explained = True
        self.notice_given.emit(notice)

    def _show_problem(self, text: str) -> None:
        if not self._is_done:
            self._explained = True
            self.problem_found.emit(text)

    def _explain_unprotected(self, host: str) -> None:
        self._show_problem(
            f"The page wants to go on to {host} without encryption. It was not opened."
        )

    def _explain_certificate(self, host: str) -> None:
        self._show_problem(f"The certificate of {host} cannot be trusted, so it was not opened.")

    def _explain_proxy(self) -> None:
        if not self._explained:
            self._show_problem(
                "The proxy asks for a user name and password. Your browser may have them."
            )

    def _explain_stop(self) -> None:
        self._show_problem("The page stopped working. Go back to the start of the sign-in.")

    def _handle_load_start(self) -> None:
        self._explained = self._loaded = False
        self._show_origin(self._page.url())

    def _handle_load_end(self, ok: bool) -> None:  # noqa: FBT001 - the signature of the signal
        self._loaded = ok
        self._show_origin(self._page.url())
        if not ok and not self._explained:
            self._show_problem("The page could not be loaded. Check the network, then reload.")

    def close_view(self) -> None:
        """Delete view, page and profile, in this order: otherwise the engine crashes at exit."""
        for part in (self._view, self._page, self._profile):
            if shiboken6.isValid(part):
                shiboken6.delete(part)
