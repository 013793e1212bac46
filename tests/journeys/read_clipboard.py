"""Prints what another program finds on the clipboard."""

from __future__ import annotations

import sys

from PySide6.QtGui import QGuiApplication

if __name__ == "__main__":
    app = QGuiApplication(sys.argv)
    sys.stdout.write(QGuiApplication.clipboard().text())
