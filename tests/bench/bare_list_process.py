"""Type into a search that Qt filters, and scroll its list, with a clock; run as a program.

What a PySide6 program gets for nothing: a QListView over a QSortFilterProxyModel, rows as high as
Twauth's, filtered by a part of their text.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QSize, QSortFilterProxyModel, Qt, QTimer
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QApplication, QLineEdit, QListView, QVBoxLayout, QWidget

from tests.bench.input_times import write_input_times
from tests.support.sample_index import invent_account

_ROW_HEIGHT = 48
_SETTLE_MS = 500


def main(rows: int) -> int:
    app = QApplication(sys.argv[:1])
    window = QWidget()
    window.resize(480, 720)
    model = QStandardItemModel(window)
    for number in range(rows):
        account = invent_account(number)
        item = QStandardItem(f"{account.at_handle} {account.name}")
        item.setSizeHint(QSize(0, _ROW_HEIGHT))
        model.appendRow(item)
    proxy = QSortFilterProxyModel(window)
    proxy.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    proxy.setSourceModel(model)
    view = QListView()
    view.setUniformItemSizes(True)
    view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
    view.setModel(proxy)
    field = QLineEdit()
    field.textChanged.connect(proxy.setFilterFixedString)
    column = QVBoxLayout(window)
    column.addWidget(field)
    column.addWidget(view)
    window.show()
    QTimer.singleShot(_SETTLE_MS, window, lambda: write_input_times(field, field.clear, view))
    return app.exec()


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
