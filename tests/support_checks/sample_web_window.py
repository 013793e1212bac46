"""A window with a web page in it, as the sign-in inside the app has one."""

from __future__ import annotations

import sys

from PySide6.QtCore import QUrl
from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineProfile
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget


def main(url: str) -> int:
    app = QApplication(sys.argv[:1])
    window = QWidget()
    window.setWindowTitle("Web window")
    layout = QVBoxLayout(window)
    layout.addWidget(QLabel("Sign in here"))
    view = QWebEngineView()
    profile = QWebEngineProfile(app)
    page = QWebEnginePage(profile, view)
    view.setPage(page)
    layout.addWidget(view, stretch=1)
    window.resize(800, 700)
    window.show()
    page.load(QUrl(url))
    return app.exec()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
