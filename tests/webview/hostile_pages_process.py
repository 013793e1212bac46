"""Open pages that try to reach the callback in every way; run as a program.

python -m tests.webview.hostile_pages_process prints one JSON object: what became of each page.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from PySide6.QtCore import QCoreApplication, QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from typing_extensions import override

from twauth_gui.domain.secret import Secret
from twauth_gui.gui.webview.private_view import MAX_OPEN_MS, PrivateView

QUERY = "oauth_token=T-token&oauth_verifier=V-verifier"
_WAIT_MS = 6000
_AFTER_MS = 700  # a request that is on its way has arrived by then

# {callback} stands for the callback with its answer.
PAGES = {
    "redirect": "",
    "script": "<script>location.href = '{callback}'</script>",
    "replace": "<script>location.replace('{callback}')</script>",
    "form": "<form id=f method=get action='{bare}'><input name=oauth_token value=T-token>"
    "<input name=oauth_verifier value=V-verifier></form><script>f.submit()</script>",
    "post": "<form id=f method=post action='{callback}'></form><script>f.submit()</script>",
    "refresh": "<meta http-equiv=refresh content='0;url={callback}'>",
    "frame": "<iframe src='{callback}'></iframe>",
    "image": "<img src='{callback}'>",
    "fetch": "<script>fetch('{callback}', {{mode: 'no-cors'}})</script>",
    "websocket": "<script>new WebSocket('{callback}'.replace('http', 'ws'))</script>",
    "worker": "<script>new Worker(URL.createObjectURL(new Blob([\"fetch('{callback}', "
    "{{mode: 'no-cors'}}).catch(e => 0); new WebSocket('{callback}'.replace('http', 'ws'))\"]"
    ")))</script>",
    "beacon": "<script>navigator.sendBeacon('{callback}')</script>",
    "prefetch": "<link rel=prefetch href='{callback}'>",
    "ping": "<a id=a href='/x' ping='{callback}'>x</a><script>a.click()</script>",
    "popup": "<script>window.open('{callback}')</script>",
    "download": "<a id=a href='/file' download>x</a><script>a.click()</script>",
}


_BUTTON = "<button style='position:fixed;inset:0;width:100%' onclick=\"{action}\">Go</button>"
BUTTON_PAGES = {
    "google": _BUTTON.format(action="location.href='https://accounts.google.com/o/oauth2/auth'"),
    "google-popup": _BUTTON.format(action="window.open('https://accounts.google.com/gsi/select')"),
    "elsewhere": _BUTTON.format(action="location.href='https://help.x.com/forms'"),
}


class CountingServer(ThreadingHTTPServer):
    """Counts what is asked of it; serves the hostile pages where it has any."""

    daemon_threads = True

    def __init__(self, callback: str = "") -> None:
        super().__init__(("127.0.0.1", 0), HostilePageHandler)
        self.callback = callback
        self.requested_paths: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class HostilePageHandler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        server = self.server
        assert isinstance(server, CountingServer)
        server.requested_paths.append(self.path)
        name = self.path.strip("/")
        callback = f"{server.callback}?{QUERY}"
        if name == "redirect":
            self.send_response(302)
            self.send_header("Location", callback)
            self.end_headers()
            return
        if name == "far":
            self.send_response(302)
            self.send_header("Location", f"https://bot.example/callback?{QUERY}")
            self.end_headers()
            return
        page = PAGES.get(name, "").format(callback=callback, bare=server.callback)
        body = (BUTTON_PAGES.get(name) or page).encode()
        self.send_response(200)
        self.send_header(
            "Content-Type", "text/html" if name in {*PAGES, *BUTTON_PAGES} else "application/zip"
        )
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 - the name that the standard library looks for

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def serve(server: ThreadingHTTPServer) -> Generator[None]:
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


def visit_page(name: str, pages: CountingServer, callback: CountingServer) -> dict[str, object]:
    """Open one page in a view of its own, and forget it again."""
    callback.requested_paths.clear()
    answers: list[object] = []
    loop = QEventLoop()
    view = PrivateView(Secret(f"{pages.url}/{name}"), f"{callback.url}/callback")
    view.resize(600, 400)
    view.response_received.connect(answers.append)
    view.response_received.connect(lambda: QTimer.singleShot(_AFTER_MS, loop.quit))
    wait = _WAIT_MS if name in PAGES_WITH_CALLBACK else _AFTER_MS * 3
    QTimer.singleShot(wait, loop.quit)
    view.show()
    loop.exec()
    view.close_view()
    view.close()
    return {"answered": len(answers), "requests": list(callback.requested_paths)}


def visit_by_hand(name: str, pages: CountingServer) -> dict[str, object]:
    """Open a page and press its button as a person does; tell what the view said of it."""
    requests_left: list[str] = []
    expired: list[int] = []
    loop = QEventLoop()
    view = PrivateView(Secret(f"{pages.url}/{name}"), "https://bot.example/callback")
    view.resize(600, 400)
    view.host_blocked.connect(requests_left.append)
    view.expired.connect(lambda: expired.append(1))
    view.host_blocked.connect(loop.quit)
    view.show()
    presses = QTimer(view)
    presses.timeout.connect(lambda: click_page(view))
    presses.start(300)
    QTimer.singleShot(_WAIT_MS, loop.quit)
    loop.exec()
    presses.stop()
    end = next(one for one in view.findChildren(QTimer) if one.interval() == MAX_OPEN_MS)
    end.timeout.emit()
    QTimer.singleShot(100, loop.quit)
    loop.exec()
    view.close_view()
    view.close()
    return {"left": requests_left, "expired": len(expired)}


def visit_server_callback(pages: CountingServer) -> int:
    """Come back to a callback that is registered on a server; gives how many answers arrived."""
    answers: list[object] = []
    loop = QEventLoop()
    view = PrivateView(Secret(f"{pages.url}/far"), "https://bot.example/callback")
    view.resize(600, 400)
    view.response_received.connect(answers.append)
    view.response_received.connect(loop.quit)
    QTimer.singleShot(_WAIT_MS, loop.quit)
    view.show()
    loop.exec()
    view.close_view()
    view.close()
    return len(answers)


def click_page(view: PrivateView) -> None:
    """Click into the middle of the page."""
    target = view.focusProxy()
    inner = target.focusProxy() if target is not None else None
    if inner is not None:
        QTest.mouseClick(inner, Qt.MouseButton.LeftButton, pos=inner.rect().center())


PAGES_WITH_CALLBACK = frozenset({"redirect", "script", "replace", "form", "post", "refresh"})


def main() -> int:
    QCoreApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    app = QApplication(sys.argv[:1])
    callback = CountingServer()
    pages = CountingServer(f"{callback.url}/callback")
    with serve(callback), serve(pages):
        reports = {name: visit_page(name, pages, callback) for name in PAGES}
        by_hand = {name: visit_by_hand(name, pages) for name in BUTTON_PAGES}
        far = visit_server_callback(pages)
    print(json.dumps({"pages": reports, "by_hand": by_hand, "far": far}))  # noqa: T201 - what the test reads
    del app
    return 0


if __name__ == "__main__":
    sys.exit(main())
