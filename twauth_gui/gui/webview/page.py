"""One page of the private view: what it may do, and where it ends."""

from __future__ import annotations

from PySide6.QtCore import QObject, QUrl, Signal
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
)


def same_place(url: QUrl, callback: QUrl) -> bool:
    """Whether url is the callback, whatever its query says."""
    default = {"https": 443, "http": 80}.get(callback.scheme(), -1)
    return (
        url.scheme() == callback.scheme()
        and url.host() == callback.host()
        and url.port(default) == callback.port(default)
        and (url.path() or "/") == (callback.path() or "/")
    )


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


class SignInPage(QWebEnginePage):
    """Shows the sign-in page and nothing else.

    Signals:
        arrived: the page goes to the callback; the address never left the machine.
        left: the page wants to go to a host that has no part in signing in; it was not followed.
        broken: a certificate was refused; carries the host.
        passkey_asked: the page asks for a passkey, which was refused.
    """

    arrived = Signal(QUrl)
    left = Signal(QUrl)
    broken = Signal(str)
    passkey_asked = Signal()

    def __init__(self, profile: QWebEngineProfile, callback: QUrl, home: QUrl) -> None:
        super().__init__(profile)
        self._callback = callback
        self._hosts = _X_HOSTS | {home.host()}
        for attribute in _OFF:
            self.settings().setAttribute(attribute, False)
        self.certificateError.connect(self._refuse_certificate)
        self.permissionRequested.connect(_refuse_permission)
        self.webAuthUxRequested.connect(self._refuse_passkey)

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
            return target.scheme() in {"https", "http", "about", "data", "blob"}
        if target.scheme() not in {"https", "http"} or target.host() not in self._hosts:
            self.left.emit(target)
            return False
        return True

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
        self.passkey_asked.emit()

    def _refuse_certificate(self, error: QWebEngineCertificateError) -> None:
        error.rejectCertificate()
        self.broken.emit(error.url().host())


def _refuse_permission(permission: QWebEnginePermission) -> None:
    permission.deny()


def refuse_download(download: QWebEngineDownloadRequest) -> None:
    """Cancel it: nothing of a sign-in needs to be saved."""
    download.cancel()
