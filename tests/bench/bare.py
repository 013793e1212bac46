"""What the program is compared with: a bare PySide6 window with a list of as many rows."""

from __future__ import annotations

import sys

from PySide6.QtCore import QStringListModel
from PySide6.QtWidgets import QApplication, QListView, QVBoxLayout, QWidget

from tests.bench.usable import FirstPaint


def main(rows: int) -> int:
    app = QApplication(sys.argv[:1])
    window = QWidget()
    window.resize(1120, 720)
    view = QListView()
    view.setUniformItemSizes(True)
    view.setModel(QStringListModel([f"Row {number}" for number in range(rows)], view))
    QVBoxLayout(window).addWidget(view)
    FirstPaint(view.viewport())
    window.show()
    return app.exec()


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
