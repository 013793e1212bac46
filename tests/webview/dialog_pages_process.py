"""Open pages that want dialogs, and report what the user saw; run as a program.

python -m tests.webview.dialog_pages_process FOLDER prints one JSON object: what was seen of each
page. FOLDER is for the certificate of a server that is not trusted.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEventLoop, Qt, QTimer
from PySide6.QtNetwork import QNetworkProxy
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QAbstractButton, QApplication
from typing_extensions import override

from tests.support.certificates import Authority, ServerCertificate
from tests.support.http_servers import HttpProxy
from tests.support.qt import PartWindow
from tests.webview.hostile_pages_process import click_page, serve
from twauth_gui.domain.secret import Secret
from twauth_gui.gui.parts.badges import IconLabel
from twauth_gui.gui.parts.banner import Banner
from twauth_gui.gui.signin.private_view_page import PrivateViewPage
from twauth_gui.gui.theme.look import Look
from twauth_gui.gui.webview.private_view import PrivateView

CALLBACK = "https://bot.example/callback"
_WAIT_MS = 8000
_AFTER_MS = 400  # a dialog that is on its way is there by then
_PRESS_MS = 300

_BUTTON = (
    "<input id=f type={kind} style='position:absolute;width:1px'>"
    "<button style='position:fixed;inset:0;width:100%' onclick=\"{action}\">Go</button>"
)
PAGES = {
    "alert": "<script>alert('Hello\\n\\u202ethere'); document.title = 'went on'</script>",
    "long": "<script>alert('x'.repeat(10000)); document.title = 'went on'</script>",
    "confirm": "<script>document.title = confirm('Sure?')</script>",
    "prompt": "<script>document.title = prompt('Who?', 'me')</script>",
    "flood": "<script>while (true) alert('x')</script>",
    "questions": "<script>while (true) prompt('x')</script>",
    "leave": _BUTTON.format(
        kind="text",
        action="onbeforeunload = e => {e.preventDefault(); return 'x'}; location.href = '/plain'",
    ),
    "file": _BUTTON.format(kind="file", action="f.click()"),
    "open": _BUTTON.format(
        kind="text", action="showOpenFilePicker().catch(e => document.title = e.name)"
    ),
    "save": _BUTTON.format(
        kind="text", action="showSaveFilePicker().catch(e => document.title = e.name)"
    ),
    "colour": _BUTTON.format(kind="color", action="f.showPicker(); document.title = 'went on'"),
    "print": _BUTTON.format(kind="text", action="print(); document.title = 'went on'"),
    "console": "<script>console.error('C-canary'); document.title = 'went on'</script>",
    "http": "",
    "password": "",
    "plain": "<title>plain</title>",
}
PAGES_TO_CLICK = frozenset({"leave", "file", "open", "save", "colour", "print"})
PAGES_WITHOUT_BANNER = frozenset({"leave", "colour", "print", "console", "plain"})


class DialogPageHandler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        name = self.path.strip("/")
        body = PAGES.get(name, "").encode()
        self.send_response({"http": 302, "password": 401}.get(name, 200))
        self.send_header("Location", "http://x.com/login")
        self.send_header("WWW-Authenticate", 'Basic realm="x"')
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class PageVisit:
    """One page in a private view with its strip, from opening to taking it down."""

    def __init__(self, look: Look, url: str) -> None:
        self.page = PrivateViewPage()
        self._window = PartWindow(look, self.page)
        self._window.resize(800, 600)
        self._window.show()
        self.page.open_view(Secret(url), CALLBACK)
        self._loop = QEventLoop()

    @property
    def view(self) -> QWebEngineView | None:
        return self.page.findChild(QWebEngineView)

    @property
    def title(self) -> str:
        return "" if self.view is None else self.view.title()

    @property
    def banner_text(self) -> str:
        """What the banner says; "" while there is none."""
        banner = self._banner()
        return banner.accessibleName() if banner.isVisible() else ""

    def press(self) -> None:
        private = self.page.findChild(PrivateView)
        if private is not None:
            click_page(private)

    def wait(self, condition: Callable[[], object], each: Callable[[], object]) -> None:
        """Do each now and then until the condition is met, and let what follows it arrive."""
        progress = QTimer()
        progress.timeout.connect(lambda: self._loop.quit() if condition() else each())
        progress.start(_PRESS_MS)
        QTimer.singleShot(_WAIT_MS, self._loop.quit)
        self._loop.exec()
        progress.stop()
        QTimer.singleShot(_AFTER_MS, self._loop.quit)
        self._loop.exec()

    def finish(self) -> dict[str, object]:
        """Take the view down, and tell what was seen before."""
        others = [
            type(one).__name__
            for one in QApplication.topLevelWidgets()
            if one.isVisible() and one is not self._window
        ]
        report: dict[str, object] = {
            "title": self.title,
            "words": self.banner_text,
            "button": self._banner().button.text(),
            "windows": others,
            "open": self.page.is_open,
            "lock": self.page.findChildren(IconLabel)[0].accessibleName(),
        }
        self.page.close_view()
        QTimer.singleShot(_AFTER_MS, self._loop.quit)
        self._loop.exec()
        self._window.close()
        return report

    def _banner(self) -> Banner:
        banner = self.page.findChild(Banner)
        assert banner is not None
        return banner


def visit_page(look: Look, url: str, name: str) -> dict[str, object]:
    one = PageVisit(look, url)
    start = one.view
    assert start is not None

    def is_settled() -> bool:
        if name == "leave":
            return start.url().path() == "/plain"
        return bool(
            one.title in {"went on", "plain"} if name in PAGES_WITHOUT_BANNER else one.banner_text
        )

    one.wait(is_settled, one.press if name in PAGES_TO_CLICK else lambda: None)
    return one.finish()


def reopen_page(look: Look, url: str) -> dict[str, object]:
    """Open a page that is closed for its messages, and go on with the button, then by the strip."""
    one = PageVisit(look, url)
    for name in ("Open it again", "Back to the start of the sign-in"):
        one.wait(lambda: not one.page.is_open, lambda: None)
        buttons = one.page.findChildren(QAbstractButton)
        button = next(each for each in buttons if name in _button_names(each))
        button.click()
        assert one.page.is_open, name
    return one.finish()


def _button_names(button: QAbstractButton) -> tuple[str, str]:
    return button.text(), button.accessibleName()


def kill_page_process(look: Look, url: str) -> dict[str, object]:
    """Open a page whose process is then killed, as by a crash."""
    one = PageVisit(look, url)
    killed: list[int] = []

    def kill() -> None:
        if one.title == "plain" and one.view is not None and not killed:
            killed.append(one.view.page().renderProcessPid())
            os.kill(killed[0], signal.SIGKILL)

    one.wait(lambda: one.banner_text, kill)
    return one.finish()


def main(folder: Path) -> int:
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    app = QApplication(sys.argv[:1])
    look = Look(app, "light")
    look.apply()
    pages = ThreadingHTTPServer(("127.0.0.1", 0), DialogPageHandler)
    untrusted = ThreadingHTTPServer(("127.0.0.1", 0), DialogPageHandler)
    context = Authority(folder).context(ServerCertificate())
    untrusted.socket = context.wrap_socket(untrusted.socket, server_side=True)
    with serve(pages), serve(untrusted):
        url = f"http://127.0.0.1:{pages.server_port}"
        report = {name: visit_page(look, f"{url}/{name}", name) for name in PAGES}
        report["again"] = reopen_page(look, f"{url}/flood")
        report["crash"] = kill_page_process(look, f"{url}/plain")
        report["certificate"] = visit_page(
            look, f"https://127.0.0.1:{untrusted.server_port}/plain", ""
        )
    refusing = (
        b'HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm="x"\r\nContent-Length: 0\r\n\r\n'
    )
    with HttpProxy(9, refuse=refusing) as proxy:
        port = int(proxy.url.rpartition(":")[2])
        http = QNetworkProxy.ProxyType.HttpProxy
        QNetworkProxy.setApplicationProxy(QNetworkProxy(http, "127.0.0.1", port))
        report["proxy"] = visit_page(look, "https://api.x.com/oauth/authorize", "")
    print(json.dumps(report))  # noqa: T201 - what the test reads
    del app
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
