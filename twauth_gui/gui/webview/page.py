"""One page of the private view: what it may do, and where it ends."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QObject, QUrl, Signal
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
from typing_extensions import override

from twauth_gui.domain.hosts import is_loopback
from twauth_gui.gui.webview.detours import FILE, PASSKEY, Detour, message_of, question_of

_X_HOSTS = frozenset({"x.com", "api.x.com", "twitter.com", "api.twitter.com"})

_OFF = (
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
_OVER_HTTP = {"ws": "http", "wss": "https"}
"""A WebSocket begins as a request to the same server (RFC 6455, section 1.3)."""
_LEAVE = "Are you sure you want to leave this page? Changes that you made may not be saved."
"""Qt's own words for it, by which alone it can be told from a question of the page."""
_MOST_DIALOGS = 5
_LONGEST_TEXT = 200


def same_place(url: QUrl, callback: QUrl) -> bool:
    """Whether url is the callback, whatever its query says, and also as that of a WebSocket."""
    default = {"https": 443, "http": 80}.get(callback.scheme(), -1)
    return (
        _OVER_HTTP.get(url.scheme(), url.scheme()) == callback.scheme()
        and url.host() == callback.host()
        and url.port(default) == callback.port(default)
        and (url.path() or "/") == (callback.path() or "/")
    )


def is_protected(url: QUrl) -> bool:
    """Whether nobody between can read or change what the page shows."""
    return url.scheme() == "https" or (url.scheme() == "http" and is_loopback(url.host()))


class CallbackGate(QWebEngineUrlRequestInterceptor):
    """Stops every request to the callback address, also one from an image or a frame.

    Signals:
        arrived: the whole address that was stopped.
    """

    arrived = Signal(QUrl)

    def __init__(self, callback: QUrl, parent: QObject) -> None:
        super().__init__(parent)
        self._callback = callback

    @override
    def interceptRequest(self, info: QWebEngineUrlRequestInfo) -> None:
        if same_place(info.requestUrl(), self._callback):
            info.block(True)
            if info.resourceType() == QWebEngineUrlRequestInfo.ResourceType.ResourceTypeMainFrame:
                self.arrived.emit(info.requestUrl())


class PopupCatcher(QWebEnginePage):
    """Takes the place of a window that a page opens: learns where it leads, and loads nothing.

    Signals:
        caught: carries the address.
    """

    caught = Signal(QUrl)

    @override
    def acceptNavigationRequest(
        self, url: QUrl | str, type: QWebEnginePage.NavigationType, isMainFrame: bool
    ) -> bool:
        self.caught.emit(QUrl(url))
        return False


class PrivatePage(QWebEnginePage):
    """Shows the sign-in page and nothing else.

    Dialogs of scripts are answered here and at once. The engine's own wait in an event loop inside
    the engine's call, and the process ends in a crash if the page goes meanwhile.

    Signals:
        arrived: the page goes to the callback; the address never left the machine.
        left: the page wants to go to a host that has no part in signing in; it was not followed.
        unprotected: the page wants to go on over plain http; carries the host.
        broken: a certificate was refused; carries the host.
        wanted: the page wants what is not done here, and got a no; carries the Detour.
        pestering: the page opened more dialogs than are told.
        proxy_asked: the proxy asks for a name and a password, and got none.
    """

    arrived = Signal(QUrl)
    left = Signal(QUrl)
    unprotected = Signal(str)
    broken = Signal(str)
    wanted = Signal(object)
    pestering = Signal()
    proxy_asked = Signal()

    def __init__(self, profile: QWebEngineProfile, callback: QUrl, home: QUrl) -> None:
        super().__init__(profile)
        self._callback = callback
        self._hosts = _X_HOSTS | {home.host()}
        self._dialogs = 0
        for attribute in _OFF:
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
        if same_place(target, self._callback):
            if isMainFrame:
                self.arrived.emit(target)
            return False
        if not isMainFrame:
            return is_protected(target) or target.scheme() in _LOCAL_SCHEMES
        if target.scheme() not in {"https", "http"} or target.host() not in self._hosts:
            self.left.emit(target)
            return False
        if not is_protected(target):
            self.unprotected.emit(target.host())
            return False
        return True

    @override
    def javaScriptAlert(self, securityOrigin: QUrl | str, msg: str) -> None:
        self._tell(message_of(_host(securityOrigin), _one_line(msg)))

    @override
    def javaScriptConfirm(self, securityOrigin: QUrl | str, msg: str) -> bool:
        if msg == QCoreApplication.translate("QWebEnginePage", _LEAVE):
            return True  # the engine asks whether a page may be left that would rather not be
        self._tell(question_of(_host(securityOrigin), _one_line(msg)))
        return False

    @override
    def javaScriptPrompt(
        self, securityOrigin: QUrl | str, msg: str, defaultValue: str
    ) -> tuple[bool, str]:
        self._tell(question_of(_host(securityOrigin), _one_line(msg)))
        return False, ""

    @override
    def javaScriptConsoleMessage(
        self,
        level: QWebEnginePage.JavaScriptConsoleMessageLevel,
        message: str,
        lineNumber: int,
        sourceID: str,
    ) -> None:
        """Keep what a page writes to its console out of our log: its address may be in it."""

    @override
    def chooseFiles(
        self,
        mode: QWebEnginePage.FileSelectionMode,
        oldFiles: Sequence[str],
        acceptedMimeTypes: Sequence[str],
    ) -> list[str]:
        self._tell(FILE)
        return []

    def _tell(self, detour: Detour) -> None:
        """Tell of one more dialog; of too many, only that there are."""
        self._dialogs += 1
        if self._dialogs <= _MOST_DIALOGS:
            self.wanted.emit(detour)
        elif self._dialogs == _MOST_DIALOGS + 1:
            self.pestering.emit()

    @override
    def createWindow(self, type: QWebEnginePage.WebWindowType) -> QWebEnginePage | None:  # type: ignore[override]
        """Open none; where a person pressed for one, tell where it would have led."""
        catcher = PopupCatcher(self.profile(), self)
        catcher.caught.connect(self._caught)
        return catcher

    def _caught(self, url: QUrl) -> None:
        if url.scheme() in {"https", "http"} and not same_place(url, self._callback):
            self.left.emit(url)

    def _refuse_passkey(self, request: QWebEngineWebAuthUxRequest) -> None:
        request.cancel()
        self.wanted.emit(PASSKEY)

    def _refuse_proxy(self, _url: QUrl, _answer: QAuthenticator, _proxy: str) -> None:
        self.proxy_asked.emit()

    def _refuse_certificate(self, error: QWebEngineCertificateError) -> None:
        error.rejectCertificate()
        self.broken.emit(error.url().host())


def _host(origin: QUrl | str) -> str:
    return QUrl(origin).host()


def _one_line(text: str) -> str:
    """Leave of a page's words what can neither break a line nor turn its direction round."""
    flat = " ".join("".join(one if one.isprintable() else " " for one in text).split())
    return flat if len(flat) <= _LONGEST_TEXT else f"{flat[: _LONGEST_TEXT - 1]}…"


def _refuse_permission(permission: QWebEnginePermission) -> None:
    permission.deny()


def refuse_download(download: QWebEngineDownloadRequest) -> None:
    """Cancel it: nothing of a sign-in needs to be saved."""
    download.cancel()
