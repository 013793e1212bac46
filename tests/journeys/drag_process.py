"""A file manager's window, on which pressing the mouse drags files.

python -m tests.journeys.drag_process X Y FILE…

It prints READY when it is on screen, then what was done with the files. It stays: the other
program asks for their names only after the drop.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDrag, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget
from typing_extensions import override

SIDE = 48  # of the window, in pixels
READY = "ready"


class FileWindow(QWidget):
    """Stands for the files."""

    def __init__(self, paths: Sequence[str]) -> None:
        flags = Qt.WindowType.FramelessWindowHint | Qt.WindowType.BypassWindowManagerHint
        super().__init__(None, flags)
        self._paths = paths
        self._is_ready = False

    @override
    def paintEvent(self, event: QPaintEvent, /) -> None:
        if not self._is_ready:
            self._is_ready = True
            print(READY, flush=True)  # noqa: T201 - for the program that started it

    @override
    def mousePressEvent(self, event: QMouseEvent, /) -> None:
        drag = QDrag(self)
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(path) for path in self._paths])
        drag.setMimeData(mime)
        # A file manager prefers to move, after which it deletes the files.
        actions = Qt.DropAction.CopyAction | Qt.DropAction.MoveAction
        done = drag.exec(actions, Qt.DropAction.MoveAction)
        print(done.name, flush=True)  # noqa: T201 - says how it ended


def main(arguments: Sequence[str]) -> int:
    x, y, *paths = arguments
    app = QApplication([])
    window = FileWindow(paths)
    window.setGeometry(int(x), int(y), SIDE, SIDE)
    window.show()
    return app.exec()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
