"""Print the clipboard, or with --selection the X11 selection; run as a program."""

from __future__ import annotations

import sys

from PySide6.QtGui import QClipboard, QGuiApplication

if __name__ == "__main__":
    app = QGuiApplication(sys.argv)
    wanted = "--selection" in sys.argv
    mode = QClipboard.Mode.Selection if wanted else QClipboard.Mode.Clipboard
    sys.stdout.write(QGuiApplication.clipboard().text(mode))
