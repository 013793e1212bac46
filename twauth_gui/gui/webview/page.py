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


class SignInPage(QWebEnginePage):
    """Shows the sign-in page and nothing else.

    Signals:
        arrived: the page goes to the callback; the address never left the machine.
        left: the page wants to go to a host that has no part in signing in; it was not followed.
        broken: a certificate was refused; carries the host.
    """

    arrived = Signal(QUrl)
    left = Signal(QUrl)
    broken = Signal(str)

    def __init__(self, profile: QWebEngineProfile, callback: QUrl, home: QUrl) -> None:
        super().__init__(profile)
        self._callback = callback
        self._hosts = _X_HOSTS | {home.host()}
        for attribute in _OFF:
            self.settings().setAttribute(attribute, False)
        self.certificateError.connect(self._refuse_certificate)
        self.permissionRequested.connect(_refuse_permission)

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
        return None

    def _refuse_certificate(self, error: QWebEngineCertificateError) -> None:
        error.rejectCertificate()
        self.broken.emit(error.url().host())


def _refuse_permission(permission: QWebEnginePermission) -> None:
    permission.deny()


def refuse_download(download: QWebEngineDownloadRequest) -> None:
    """Cancel it: nothing of a sign-in needs to be saved."""
    download.cancel()
